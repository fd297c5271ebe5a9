/**
 * Runs the module's top-level code once. A node runs it before there is a room, where every host call traps: so
 * what would fail at deploy, or at the first join, fails here with a reason.
 */
import { BuildError } from "./errors.ts";

const ADVICE = "code outside of functions runs before there is a room: move it to onCreate or a field of the class";

/** Throws BuildError `top-level` when the module's start function calls the host or traps. */
export async function checkTopLevel(core: Uint8Array): Promise<void> {
  const module = await WebAssembly.compile(core);
  let called: string | null = null;
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
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
    throw new BuildError("top-level", `top-level code of assembly/index.ts ${what}; ${ADVICE}`);
  }
}
