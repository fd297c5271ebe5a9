/** Compiles the kernels: AssemblyScript as `rockpool build` does, C as `clang -O2` does. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commands } from "@yowasp/clang";
import asc from "assemblyscript/asc";

/** Seen from bench/dist/kernels. Each file exports `run`, which does the same work at every call. */
const SOURCES = fileURLToPath(new URL("../../functions/kernels/", import.meta.url));

export interface Kernel {
  /** `sort` of AssemblyScript is `sort`, that of C is `cSort`. */
  readonly name: string;
  readonly wasm: Uint8Array;
}

/** All kernels; `only` names some of them. */
export async function compileKernels(only?: readonly string[]): Promise<Kernel[]> {
  const wanted = (name: string) => only === undefined || only.includes(name);
  const kernels: Kernel[] = [];
  for (const [name, file] of sources("assembly", ".ts")) {
    if (wanted(name)) kernels.push({ name, wasm: await compileAssemblyScript(file) });
  }
  for (const [plain, file] of sources("c", ".c")) {
    const name = `c${plain[0]!.toUpperCase()}${plain.slice(1)}`;
    if (wanted(name)) kernels.push({ name, wasm: await compileC(file) });
  }
  return kernels;
}

function sources(folder: string, extension: string): [name: string, file: string][] {
  return readdirSync(join(SOURCES, folder))
    .filter((file) => extname(file) === extension)
    .sort()
    .map((file) => [basename(file, extension), join(SOURCES, folder, file)]);
}

async function compileAssemblyScript(file: string): Promise<Uint8Array> {
  const { binary, stderr } = await asc.compileString(readFileSync(file, "utf8"), {
    optimizeLevel: 3,
    shrinkLevel: 0,
    runtime: "minimal",
    use: ["abort="],
  });
  if (!binary) throw new Error(`${file} does not compile: ${stderr.toString()}`);
  return binary;
}

async function compileC(file: string): Promise<Uint8Array> {
  const name = basename(file);
  // Without -fno-builtin, clang makes a call of strlen out of the loop that is to be measured.
  const flags = ["-O2", "-fno-builtin", "-nostdlib", "-Wl,--no-entry", "-o", "kernel.wasm"];
  const source = { [name]: readFileSync(file) };
  const files = await commands.clang([...flags, name], source, {
    fetchProgress: () => {},
  });
  const wasm = files?.["kernel.wasm"];
  if (!(wasm instanceof Uint8Array)) throw new Error(`${file} does not compile`);
  return wasm;
}
