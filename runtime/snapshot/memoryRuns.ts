/**
 * Runs of changed bytes, as a snapshot stores them: (bytes skipped since the last run, length, bytes)…, ended
 * by a run of length 0. Pages that touch are joined, and what is equal between two changes is skipped when
 * that is shorter than another run would be.
 */
import { malformed } from "../bytes/damage.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import { PAGE_BYTES } from "./pageStore.ts";

/** Equal words between two changes that end a run: a run costs two to six bytes, and time. */
const GAP_WORDS = 8;
const WORDS = PAGE_BYTES / 4;

/** The run under way; it may go on in the next page. */
const run = { start: 0, end: 0, last: 0 };

/**
 * Writes the runs of the listed pages, which must be in ascending order.
 * @param base the buffer that holds the former contents of a page, and `offset` where in it.
 */
export function writeRuns(
  out: ByteWriter,
  memory: Buffer,
  pages: Uint32Array,
  count: number,
  base: (page: number) => Buffer,
  offset: (page: number) => number,
): void {
  run.start = 0;
  run.end = 0;
  run.last = 0;
  for (let i = 0; i < count; i++) {
    const page = pages[i]!;
    scan(out, memory, page * PAGE_BYTES, base(page), offset(page));
  }
  flush(out, memory);
  out.varint(0).varint(0);
}

function scan(out: ByteWriter, memory: Buffer, at: number, base: Buffer, from: number): void {
  const now = new Int32Array(memory.buffer, memory.byteOffset + at, WORDS);
  const before = new Int32Array(base.buffer, base.byteOffset + from, WORDS);
  for (let word = 0; word < WORDS; word++) {
    if (now[word] === before[word]) continue;
    const start = at + word * 4;
    if (run.end === 0 || start - run.end > GAP_WORDS * 4) {
      flush(out, memory);
      run.start = start;
    }
    run.end = start + 4;
  }
}

function flush(out: ByteWriter, memory: Buffer): void {
  if (run.end === 0) return;
  out.varint(run.start - run.last).varint(run.end - run.start);
  out.raw(memory, run.start, run.end - run.start);
  run.last = run.end;
  run.end = 0;
}

/** Checks runs without applying them; the reader stands behind them then. */
export function checkRuns(reader: ByteReader, size: number): void {
  eachRun(reader, size, () => undefined);
}

/** Copies runs into a memory. */
export function applyRuns(reader: ByteReader, memory: Uint8Array): void {
  eachRun(reader, memory.length, (at, bytes) => memory.set(bytes, at));
}

/** Calls `take` with each run, checked against the size of the memory. */
export function eachRun(
  reader: ByteReader,
  size: number,
  take: (at: number, bytes: Uint8Array) => void,
): void {
  let at = 0;
  for (;;) {
    const skipped = reader.u32Varint();
    const length = reader.u32Varint();
    if (length === 0) {
      if (skipped !== 0) throw malformed("the last run skips bytes");
      return;
    }
    at += skipped;
    if (at + length > size) throw malformed("a run goes past the memory");
    take(at, reader.raw(length));
    at += length;
  }
}
