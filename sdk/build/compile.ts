/**
 * AssemblyScript to a core module. The compiler runs in this process, reads through our hooks, and writes to
 * memory. Runtime `minimal`: the SDK collects between callbacks (abi/finish.ts), so there is no shadow stack in
 * the code, no write barrier, and the memory starts at one page.
 */
import { isAbsolute, join } from "node:path";
import { ENTRY_FILE, ENTRY_RULE, entrySource } from "./entry.ts";
import { BuildError, type Diagnostic } from "./errors.ts";
import { type FunctionFolder, SOURCE_FILE } from "./folder.ts";
import { hintFor } from "./hints.ts";
import type { Inputs } from "./inputs.ts";
import { readLibrary } from "./library.ts";
import { ASSEMBLY_MESSAGES, type MessageModules } from "./messages.ts";

const LIBRARY_FOLDER = "rockpool-library";
const OUTPUT = "function.wasm";
const SDK = "~lib/@rockpool/assembly";

/** What we read of the compiler's diagnostics; positions are offsets into the source. */
interface CompilerDiagnostic {
  message: string;
  code: number;
  /** 0 pedantic, 1 info, 2 warning, 3 error. */
  category: number;
  range: { start: number; end: number; source: { normalizedPath: string } } | null;
}

const ERROR_CATEGORY = 3;

/** One compilation at a time: the compiler's table of library files is global to the process. */
let previous: Promise<unknown> = Promise.resolve();

/** The core module, with AssemblyScript's export names. Throws BuildError `compile` or `folder`. */
export function compile(
  folder: FunctionFolder,
  inputs: Inputs,
  messages: MessageModules | null,
): Promise<Uint8Array> {
  const next = previous.then(() => compileNow(folder, inputs, messages));
  previous = next.catch(() => undefined);
  return next;
}

async function compileNow(
  folder: FunctionFolder,
  inputs: Inputs,
  messages: MessageModules | null,
): Promise<Uint8Array> {
  if ((await inputs.readText(join(folder.path, SOURCE_FILE))) === null) {
    throw new BuildError("folder", `${folder.path} has no ${SOURCE_FILE}`);
  }
  const kind = folder.manifest.kind;
  const library = await readLibrary(inputs);
  const sources = new Map<string, string>([[ENTRY_FILE, entrySource(kind)]]);
  if (messages !== null) sources.set(ASSEMBLY_MESSAGES, messages.assembly);
  const found: CompilerDiagnostic[] = [];
  let output: Uint8Array | null = null;
  // Loaded on first use: the compiler costs half a second that other commands need not pay.
  const { default: asc } = await import("assemblyscript/asc");
  const { error, stderr } = await asc.main(compilerOptions(kind, folder.path), {
    readFile: async (name: string, base: string) => {
      if (base === LIBRARY_FOLDER) return library.get(name) ?? null;
      const known = sources.get(name);
      if (known !== undefined) return known;
      // A developer's asconfig.json would override the options that the runtime relies on.
      if (name === "asconfig.json") return null;
      const text = await inputs.readText(isAbsolute(name) ? name : join(folder.path, name));
      if (text !== null) sources.set(name.replaceAll("\\", "/"), text);
      return text;
    },
    listFiles: (name: string) => (name === LIBRARY_FOLDER ? [...library.keys()] : []),
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (name === OUTPUT && typeof contents !== "string") output = contents;
    },
    reportDiagnostic: (diagnostic: unknown) => {
      const typed = diagnostic as CompilerDiagnostic;
      if (typed.category === ERROR_CATEGORY) found.push(typed);
    },
  });
  if (found.length > 0) {
    const diagnostics = unique(found.map((one) => translate(one, sources, kind)));
    const count = diagnostics.length === 1 ? "an error" : `${diagnostics.length} errors`;
    throw new BuildError("compile", `${folder.manifest.name} does not compile, ${count}:`, diagnostics);
  }
  if (error)
    throw new BuildError("compile", `the compiler failed: ${error.message}\n${stderr.toString()}`.trim());
  if (output === null) throw new BuildError("compile", "the compiler gave no module");
  return output;
}

function compilerOptions(kind: "room" | "call", path: string): string[] {
  return [
    ENTRY_FILE,
    ...["--baseDir", path, "--outFile", OUTPUT, "--lib", LIBRARY_FOLDER],
    ...["--runtime", "minimal", "--optimizeLevel", "3", "--shrinkLevel", "0", "--noColors"],
    ...["--use", `abort=${SDK}/std/failure/abort`],
    ...["--use", `trace=${SDK}/std/failure/trace`],
    ...["--use", `seed=${SDK}/std/failure/seed`],
    ...["--use", "ROCKPOOL_HEAP=~lib/rt/tcms/total"],
    ...["--use", `ROCKPOOL_CALL=${kind === "call" ? 1 : 0}`],
  ];
}

function translate(
  found: CompilerDiagnostic,
  sources: Map<string, string>,
  kind: "room" | "call",
): Diagnostic {
  const code = found.code < 1000 ? `AS${found.code}` : `TS${found.code}`;
  const file = found.range?.source.normalizedPath ?? SOURCE_FILE;
  if (file === ENTRY_FILE) {
    return { file: SOURCE_FILE, line: 0, column: 0, message: ENTRY_RULE[kind], hint: null };
  }
  const text = sources.get(file);
  const start = found.range?.start ?? 0;
  if (text === undefined || found.range === null) {
    return { file, line: 0, column: 0, message: `${found.message} (${code})`, hint: null };
  }
  const before = text.slice(0, start);
  const line = before.split("\n").length;
  const column = start - (before.lastIndexOf("\n") + 1) + 1;
  const sourceLine = text.split("\n")[line - 1] ?? "";
  const hint = hintFor({ code, message: found.message, at: text.slice(start, found.range.end), sourceLine });
  return { file, line, column, message: `${found.message} (${code})`, hint };
}

/** A generic function is compiled, and complained of, once for each type it is used with. */
function unique(diagnostics: Diagnostic[]): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const one of diagnostics) seen.set(`${one.file}:${one.line}:${one.column}:${one.message}`, one);
  return [...seen.values()];
}
