/**
 * What a node would refuse at deploy, or trip over at the first join, found here with a reason: imports that are not
 * the world's, and top-level code that fails. A node runs that code before there is a room, where host calls trap.
 */
import { BuildError } from "./errors.ts";

const WORLD_MODULES = /^rockpool:game\//;

/** Runs the module's top-level code once. Throws BuildError `component` or `top-level`. */
export async function checkCore(core: Uint8Array): Promise<void> {
  const module = await WebAssembly.compile(core);
  let called: string | null = null;
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (!WORLD_MODULES.test(from)) {
      throw new BuildError(
        "component",
        `the function imports ${from}.${name}, which no node offers; remove the \`declare function\` for it`,
      );
    }
    imports[from] ??= {};
    imports[from][name] = () => {
      called ??= name;
      throw new Error(name);
    };
  }
  try {
    await WebAssembly.instantiate(module, imports);
  } catch (error) {
    const what = called === null ? `traps (${(error as Error).message})` : `calls the host (${called})`;
    throw new BuildError(
      "top-level",
      `top-level code of assembly/index.ts ${what}; code outside of functions runs before there is a room: ` +
        "move it to onCreate or a field of the class",
    );
  }
}
