/**
 * The standard streams. Their handles are fixed numbers without state behind them: dropping one does nothing, and
 * asking again gives the same. What is written goes to the log at once, one entry a write, so that nothing waits in
 * the host between callbacks. Standard input is at its end.
 */
import type { Guest } from "../guest.ts";
import { resultArea, running, settle } from "../lowering.ts";
import { READY } from "./poll.ts";

const [STDIN, STDOUT, STDERR] = [1, 2, 3];
/** Log levels of the world. */
const LEVELS = new Map([
  [STDOUT, 1],
  [STDERR, 3],
]);
/** How much a guest is told that it may write at once. */
const WRITE_PERMIT = 4096;
/** Discriminants of `result`, and of `stream-error.closed`. */
const [OK, ERROR, CLOSED] = [0, 1, 1];
const RESULT_BYTES = { unit: 12, u64: 16, list: 12 } as const;

const utf8 = new TextDecoder();

/** The guest, when the handle is one of `wanted` and the result fits; null after a fault. */
function called(handle: number, wanted: readonly number[], at: number, size: number): Guest | null {
  const guest = running();
  if (!guest.admit(0)) return null;
  if (!wanted.includes(handle)) {
    guest.fail("abi", `there is no such stream with the handle ${handle}`);
    return null;
  }
  return resultArea(guest, at, size, size === RESULT_BYTES.u64 ? 8 : 4) ? guest : null;
}

function write(handle: number, from: number, length: number, result: number): void {
  const guest = called(handle, [STDOUT, STDERR], result >>> 0, RESULT_BYTES.unit);
  const at = from >>> 0;
  const size = length >>> 0;
  if (!guest?.admit(size) || !guest.holds(at, size)) return;
  // A write may end within a character, so what is not UTF-8 is replaced and no fault.
  const text = utf8.decode(guest.bytes.subarray(at, at + size)).replace(/\n$/, "");
  if (text !== "") settle(guest, guest.host.log(LEVELS.get(handle)!, text));
  guest.bytes[result >>> 0] = OK;
}

function flush(handle: number, result: number): void {
  const guest = called(handle, [STDOUT, STDERR], result >>> 0, RESULT_BYTES.unit);
  if (guest) guest.bytes[result >>> 0] = OK;
}

/** `result<list<u8>, stream-error>`: closed. */
function read(handle: number, _wanted: bigint, result: number): void {
  const at = result >>> 0;
  const guest = called(handle, [STDIN], at, RESULT_BYTES.list);
  if (!guest) return;
  guest.bytes[at] = ERROR;
  guest.bytes[at + 4] = CLOSED;
}

/** `result<u64, stream-error>`: closed. */
function skip(handle: number, _wanted: bigint, result: number): void {
  const at = result >>> 0;
  const guest = called(handle, [STDIN], at, RESULT_BYTES.u64);
  if (!guest) return;
  guest.bytes[at] = ERROR;
  guest.bytes[at + 8] = CLOSED;
}

/** There is no state behind a handle that could go. */
function drop(): void {}

function handle(number: number): () => number {
  return () => (running().admit(0) ? number : 0);
}

export const stdin = { "get-stdin": handle(STDIN) };
export const stdout = { "get-stdout": handle(STDOUT) };
export const stderr = { "get-stderr": handle(STDERR) };
export const errors = {
  "[resource-drop]error": drop,
  /** No stream fails, so there is no error to describe. */
  "[method]error.to-debug-string"(error: number): void {
    const guest = running();
    if (guest.admit(0)) guest.fail("abi", `there is no error with the handle ${error}`);
  },
};
export const streams = {
  "[resource-drop]input-stream": drop,
  "[method]input-stream.subscribe": handle(READY),
  "[method]output-stream.subscribe": handle(READY),
  "[resource-drop]output-stream": drop,
  "[method]input-stream.read": read,
  "[method]input-stream.blocking-read": read,
  "[method]input-stream.skip": skip,
  "[method]input-stream.blocking-skip": skip,
  "[method]output-stream.check-write"(stream: number, result: number): void {
    const at = result >>> 0;
    const guest = called(stream, [STDOUT, STDERR], at, RESULT_BYTES.u64);
    if (!guest) return;
    guest.bytes[at] = OK;
    guest.writeU32(at + 8, WRITE_PERMIT);
    guest.writeU32(at + 12, 0);
  },
  "[method]output-stream.write": write,
  "[method]output-stream.blocking-write-and-flush": write,
  "[method]output-stream.flush": flush,
  "[method]output-stream.blocking-flush": flush,
};
