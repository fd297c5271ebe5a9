/**
 * What components may import of WASI 0.2 beside their world: interfaces that the runtime virtualises, with their core
 * signatures (see signatures.ts). Each is without state of its own outside the room: handles of streams are fixed
 * numbers, so that memory, globals and the room's time and random numbers stay all there is of an instance.
 *
 * Functions that would wait for time to pass, or open something, are not among them, and are refused by their names.
 */
import type { FunctionType } from "../wasm/module.ts";
import { signatures } from "./signatures.ts";

/** Functions by interface, as `wit-component` names them. */
const INTERFACES: ReadonlyMap<string, ReadonlyMap<string, FunctionType>> = new Map([
  [
    "wasi:cli/environment",
    signatures({ "get-environment": "i>", "get-arguments": "i>", "initial-cwd": "i>" }),
  ],
  ["wasi:cli/exit", signatures({ exit: "i>" })],
  ["wasi:cli/stdin", signatures({ "get-stdin": ">i" })],
  ["wasi:cli/stdout", signatures({ "get-stdout": ">i" })],
  ["wasi:cli/stderr", signatures({ "get-stderr": ">i" })],
  ["wasi:clocks/monotonic-clock", signatures({ now: ">l", resolution: ">l" })],
  ["wasi:clocks/wall-clock", signatures({ now: "i>", resolution: "i>" })],
  ["wasi:io/error", signatures({ "[resource-drop]error": "i>", "[method]error.to-debug-string": "ii>" })],
  [
    "wasi:io/poll",
    signatures({
      "[resource-drop]pollable": "i>",
      "[method]pollable.ready": "i>i",
      "[method]pollable.block": "i>",
      poll: "iii>",
    }),
  ],
  [
    "wasi:io/streams",
    signatures({
      "[resource-drop]input-stream": "i>",
      "[resource-drop]output-stream": "i>",
      "[method]input-stream.read": "ili>",
      "[method]input-stream.blocking-read": "ili>",
      "[method]input-stream.skip": "ili>",
      "[method]input-stream.blocking-skip": "ili>",
      "[method]input-stream.subscribe": "i>i",
      "[method]output-stream.subscribe": "i>i",
      "[method]output-stream.check-write": "ii>",
      "[method]output-stream.write": "iiii>",
      "[method]output-stream.blocking-write-and-flush": "iiii>",
      "[method]output-stream.flush": "ii>",
      "[method]output-stream.blocking-flush": "ii>",
    }),
  ],
  ["wasi:random/random", signatures({ "get-random-bytes": "li>", "get-random-u64": ">l" })],
  [
    "wasi:random/insecure",
    signatures({ "get-insecure-random-bytes": "li>", "get-insecure-random-u64": ">l" }),
  ],
  ["wasi:random/insecure-seed", signatures({ "insecure-seed": "i>" })],
]);

/** An interface in a version of 0.2, all of which are compatible; release candidates are not. */
const INTERFACE = /^(wasi:[a-z-]+\/[a-z-]+)@0\.2\.\d+$/;
/** The same in mangling cm32p2. */
const SHORT_INTERFACE = /^cm32p2\|(wasi:[a-z-]+\/[a-z-]+)@0\.2$/;
const SHORT_DROP = /^([a-z-]+)_drop$/;
const PREVIEW1 = "wasi_snapshot_preview1";

export interface WasiFunction {
  /** The interface without its version: what the image imports it from. */
  readonly module: string;
  readonly name: string;
  readonly type: FunctionType;
}

/** Whether a component may import an interface of this name. */
export function offersWasi(name: string): boolean {
  return INTERFACES.has(INTERFACE.exec(name)?.[1] ?? "");
}

/** The function that a core module imports under these names, in either mangling; null when it is not offered. */
export function wasiFunction(module: string, name: string): WasiFunction | null {
  const short = SHORT_INTERFACE.exec(module)?.[1];
  const found = short ?? INTERFACE.exec(module)?.[1];
  if (found === undefined) return null;
  const plain = short === undefined ? name : name.replace(SHORT_DROP, "[resource-drop]$1");
  const type = INTERFACES.get(found)?.get(plain);
  return type ? { module: found, name: plain, type } : null;
}

/** Says that an import is refused, and what to do instead. */
export function refusedImport(asked: string, world: string): string {
  const refused = `Import ${asked} is not offered to functions of world ${world}; `;
  if (asked.startsWith(`"${PREVIEW1}"`)) {
    return `${refused}it comes through an adapter for WASI preview 1, a second core module with state of its own, and a function runs as one core module. Build without a standard library that needs the adapter (Rust: wasm32-unknown-unknown; C: the SDK's header), and call the interfaces of WASI 0.2 directly (docs/limits.md lists them)`;
  }
  if (asked.startsWith('"wasi:') || asked.startsWith('"cm32p2|wasi:')) {
    return `${refused}of WASI 0.2 there are clocks, random numbers, standard streams, an empty environment and exit, and nothing that waits for time to pass, opens files or reaches a network (docs/limits.md lists them). Remove what needs it`;
  }
  return `${refused}remove what needs it`;
}
