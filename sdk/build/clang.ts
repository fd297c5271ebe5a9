/**
 * C to a core module. Clang and its linker run in this process, as WebAssembly from `@yowasp/clang`, over files in
 * memory. The target is WASI's for its C library; its file system is not linked, and a function that needs more of
 * WASI is refused by corecheck.ts. Link-time optimisation, because the SDK's readers and writers are one call a field.
 */
import { readdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command, Tree } from "@yowasp/clang";
import { complaints } from "./clangErrors.ts";
import { BuildError } from "./errors.ts";
import type { FunctionFolder } from "./folder.ts";
import type { Inputs } from "./inputs.ts";

/** The game's sources, relative to the folder. */
export const C_FOLDER = "c";

/** The compiler: large, so it is installed only where C is written. */
const COMPILER = "@yowasp/clang";
const SDK_FOLDER = "rockpool";
const OUTPUT = "function.wasm";
/** Bytes. With the stack below everything else an overflow traps; data and heap share the rest of its first page. */
const STACK_BYTES = 16_384;

/** Sources of the SDK that belong to one kind of function alone. */
const ROOM_SOURCES = ["callbacks.c", "host.c", "room.c"];
const CALL_SOURCES = ["call.c"];

/** Path → contents; in a fixed order, for builds must be reproducible. */
type Files = Map<string, Uint8Array>;

/** The core module, with the export names of the world. Throws BuildError `compile`. */
export async function compileC(folder: FunctionFolder, inputs: Inputs): Promise<Uint8Array> {
  const clang = await loadCompiler();
  const files: Files = new Map([
    ...(await readFiles(join(folder.path, C_FOLDER), C_FOLDER, inputs)),
    ...(await readFiles(sdkRoot(), SDK_FOLDER, inputs)),
  ]);
  const kind = folder.manifest.kind;
  const stderr: Uint8Array[] = [];
  let tree: Tree | undefined;
  let exit: unknown = null;
  try {
    tree = await clang([...options(kind), ...sourcesOf(files, kind), "-o", OUTPUT], toTree(files), {
      stdout: null,
      stderr: (bytes) => {
        if (bytes !== null) stderr.push(bytes.slice());
      },
      decodeASCII: false,
    });
  } catch (error) {
    exit = error;
  }
  const text = Buffer.concat(stderr).toString();
  const found = complaints(text);
  if (found.length > 0) {
    const count = found.length === 1 ? "an error" : `${found.length} errors`;
    throw new BuildError("compile", `${folder.manifest.name} does not compile, ${count}:`, found);
  }
  if (exit !== null) throw new BuildError("compile", `the compiler failed: ${exit}\n${text}`.trim());
  const output = tree?.[OUTPUT];
  if (!(output instanceof Uint8Array)) throw new BuildError("compile", "the compiler gave no module");
  return output;
}

/** Whether the folder has sources in C. */
export async function hasC(path: string): Promise<boolean> {
  const entries = await readdir(join(path, C_FOLDER), { recursive: true }).catch(() => []);
  return entries.some((name) => name.endsWith(".c"));
}

/** Loaded on first use: it takes a second and 300 MB, which other commands need not pay. */
async function loadCompiler(): Promise<Command> {
  try {
    const { clang } = (await import("@yowasp/clang")).commands;
    // Reads the compiler's files alone: only here can the package be kept from printing its progress.
    await clang!(undefined, {}, { fetchProgress: () => {} });
    return clang!;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new BuildError(
      "compile",
      `C needs the compiler: \`npm install ${COMPILER}\` (105 MB), then build again`,
    );
  }
}

function options(kind: "room" | "call"): string[] {
  return [
    ...["--target=wasm32-wasip1", "-mexec-model=reactor", "-std=gnu17", "-O2", "-flto"],
    ...["-Wmissing-prototypes", "-fno-color-diagnostics", "-fno-caret-diagnostics"],
    ...(kind === "call" ? ["-DROCKPOOL_CALL"] : []),
    ...[`-I${C_FOLDER}`, `-I${SDK_FOLDER}/include`],
    ...["-Wl,--stack-first", `-Wl,-z,stack-size=${STACK_BYTES}`, "-Wl,--strip-all"],
  ];
}

function sourcesOf(files: Files, kind: "room" | "call"): string[] {
  const left = (kind === "call" ? ROOM_SOURCES : CALL_SOURCES).map((name) => `${SDK_FOLDER}/library/${name}`);
  return [...files.keys()].filter((path) => path.endsWith(".c") && !left.includes(path));
}

function sdkRoot(): string {
  return dirname(fileURLToPath(import.meta.resolve("@rockpool/c/package.json")));
}

async function readFiles(root: string, name: string, inputs: Inputs): Promise<Files> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files: Files = new Map();
  for (const path of paths) {
    const bytes = await inputs.readBytes(path);
    if (bytes !== null) files.set([name, ...relative(root, path).split(sep)].join("/"), bytes);
  }
  return files;
}

function toTree(files: Files): Tree {
  const root: Tree = {};
  for (const [path, bytes] of files) {
    const parts = path.split("/");
    const name = parts.pop()!;
    let folder = root;
    for (const part of parts) {
      folder[part] ??= {};
      folder = folder[part] as Tree;
    }
    folder[name] = bytes;
  }
  return root;
}
