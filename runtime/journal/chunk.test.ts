import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { decodeChunk, encodeChunk, JOURNAL_VERSION, readChunks } from "./chunk.ts";
import { Journal, type JournalSlice } from "./journal.ts";

function slices(count: number): JournalSlice[] {
  const journal = new Journal();
  let mark = journal.mark();
  return Array.from({ length: count }, (_, n) => {
    for (let i = 0; i <= n; i++) journal.message(n, 1, Uint8Array.of(n, i), 0);
    const slice = journal.since(mark);
    mark = journal.mark();
    return { ...slice, bytes: Buffer.from(slice.bytes) };
  });
}

test("a chunk is read back as it was written", () => {
  const [slice] = slices(1);
  assert.deepEqual(decodeChunk(encodeChunk(slice!)), slice);
});

test("every flipped bit and every cut of a chunk is found", () => {
  const chunk = encodeChunk(slices(2)[1]!);
  for (let bit = 0; bit < chunk.length * 8; bit++) {
    const damaged = Buffer.from(chunk);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => decodeChunk(damaged), { name: "DamagedRecord" }, `bit ${bit}`);
  }
  for (let length = 0; length < chunk.length; length++) {
    assert.throws(() => decodeChunk(chunk.subarray(0, length)), { code: "wrong-length" });
  }
  assert.throws(() => decodeChunk(Buffer.concat([chunk, Buffer.of(0)])), { code: "wrong-length" });
});

test("chunks that stand one after another are read in order", () => {
  const written = slices(3);
  const { chunks, tail } = readChunks(Buffer.concat(written.map(encodeChunk)));
  assert.deepEqual(chunks, written);
  assert.deepEqual(tail, { status: "whole" });
});

test("a last chunk that was cut off anywhere is a torn tail, and those before it are read", () => {
  const written = slices(3);
  const [one, two, three] = written.map(encodeChunk);
  const whole = Buffer.concat([one!, two!]);
  for (let length = 1; length < three!.length; length++) {
    const { chunks, tail } = readChunks(Buffer.concat([whole, three!.subarray(0, length)]));
    assert.deepEqual(tail, { status: "torn", at: whole.length });
    assert.equal(chunks.length, 2);
  }
});

test("a last chunk whose parts reached the disk in another order is a torn tail", () => {
  const [one, two] = slices(2).map(encodeChunk);
  for (let from = 0; from < two!.length; from += 5) {
    const zeroed = Buffer.from(two!).fill(0, from, Math.min(from + 5, two!.length));
    if (zeroed.equals(two!)) continue;
    const { tail } = readChunks(Buffer.concat([one!, zeroed]));
    assert.deepEqual(tail, { status: "torn", at: one!.length });
  }
});

test("damage before the last chunk is an error, wherever it is", () => {
  const [one, two, three] = slices(3).map(encodeChunk);
  for (let bit = 0; bit < two!.length * 8; bit++) {
    const damaged = Buffer.from(two!);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => readChunks(Buffer.concat([one!, damaged, three!])), { name: "DamagedRecord" });
  }
});

test("a player cannot make a torn tail look like damage by sending what looks like a chunk", () => {
  const journal = new Journal();
  const start = journal.mark();
  journal.message(1, 1, encodeChunk(slices(1)[0]!), 0);
  const chunk = encodeChunk(journal.since(start));
  assert.deepEqual(readChunks(chunk.subarray(0, -1)).tail, { status: "torn", at: 0 });
});

test("a chunk of a later version is refused as such", () => {
  const journal = new Journal();
  const chunk = encodeChunk(journal.since(journal.mark()));
  chunk.writeUInt16LE(JOURNAL_VERSION + 1, 8);
  chunk.writeUInt32LE(crc32(chunk.subarray(8)), 4);
  assert.throws(() => decodeChunk(chunk), { code: "unknown-version" });
  assert.throws(() => readChunks(chunk), { code: "unknown-version" });
});
