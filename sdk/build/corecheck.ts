/**
 * What a node would refuse at deploy, or trip over at the first join, found here with a reason: imports that are not
 * the world's, and top-level code that fails. A node runs that code before there is a room, where host calls trap.
 */
import { BuildError } from "./errors.ts";
import type { Language } from "./language.ts";

const WORLD_MODULES = /^rockpool:game\//;

const IMPORT_HINT: Record<Language, string> = {
  assemblyscript: "remove the `declare function` for it",
  c: "of the C library, files and the system are not there; clocks and chance are rp_now and rp_random",
};

const TOP_LEVEL: Record<Language, { where: string; hint: string }> = {
  assemblyscript: {
    where: "code outside of functions, in assembly/index.ts or what it imports,",
    hint: "move it to onCreate or a field of the class",
  },
  c: { where: "a constructor", hint: "move what it does to on_create" },
};

/** Runs the module's top-level code once. Throws BuildError `component` or `top-level`. */
export async function checkCore(core: Uint8Array, language: Language): Promise<void> {
  const module = await WebAssembly.compile(core);
  let called: string | null = null;
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (!WORLD_MODULES.test(from)) {
      throw new BuildError(
        "component",
        `the function imports ${from}.${name}, which no node offers; ${IMPORT_HINT[language]}`,
      );
    }
    imports[from] ??= {};
    imports[from][name] = () => {
      called ??= name;
      throw new Error(name);
    };
  }
  try {
    const { exports } = await WebAssembly.instantiate(module, imports);
    (exports._initialize as (() => void) | undefined)?.();
  } catch (error) {
    const what = called === null ? `traps (${(error as Error).message})` : `calls the host (${called})`;
    throw new BuildError(
      "top-level",
      `${TOP_LEVEL[language].where} ${what}; it runs before there is a room: ${TOP_LEVEL[language].hint}`,
    );
  }
}
