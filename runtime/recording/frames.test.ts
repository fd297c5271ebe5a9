import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFrame, FrameKind, firstFrame, readFrames } from "./frames.ts";

const FRAMES = [
  encodeFrame(FrameKind.Header, Buffer.from("head")),
  encodeFrame(FrameKind.Inputs, Buffer.from("inputs")),
  encodeFrame(FrameKind.Mark, Buffer.from("mark")),
];
const WHOLE = Buffer.concat(FRAMES);

function flipped(at: number): Buffer {
  const bytes = Buffer.from(WHOLE);
  bytes[at]! ^= 1;
  return bytes;
}

test("frames are read as they were written", () => {
  const { frames, tail } = readFrames(WHOLE);
  assert.deepEqual(
    frames.map(({ kind, payload }) => [kind, payload.toString()]),
    [
      [FrameKind.Header, "head"],
      [FrameKind.Inputs, "inputs"],
      [FrameKind.Mark, "mark"],
    ],
  );
  assert.deepEqual(tail, { status: "whole" });
});

test("a file that is cut off anywhere in its last frame has a torn tail there", () => {
  const at = WHOLE.length - FRAMES[2]!.length;
  for (let length = at + 1; length < WHOLE.length; length++) {
    const { frames, tail } = readFrames(WHOLE.subarray(0, length));
    assert.deepEqual([frames.length, tail], [2, { status: "torn", at }], `${length} bytes`);
  }
});

test("a flipped bit anywhere before the last frame is damage", () => {
  for (let at = 0; at < FRAMES[0]!.length + FRAMES[1]!.length; at++) {
    assert.throws(() => readFrames(flipped(at)), { name: "DamagedRecord" }, `byte ${at}`);
  }
});

test("a flipped bit in the last frame leaves it out", () => {
  const at = WHOLE.length - FRAMES[2]!.length;
  for (let bit = at; bit < WHOLE.length; bit++) {
    assert.deepEqual(readFrames(flipped(bit)).tail, { status: "torn", at }, `byte ${bit}`);
  }
});

test("a frame whose length is false is not believed", () => {
  const bytes = Buffer.from(WHOLE);
  bytes.writeUInt32LE(0x7fff_ffff, FRAMES[0]!.length + 12);
  assert.throws(() => readFrames(bytes), { code: "checksum" });
});

test("a frame of a kind that nobody knows is refused", () => {
  const unknown = encodeFrame(99 as FrameKind, Buffer.from("?"));
  assert.throws(() => readFrames(Buffer.concat([FRAMES[0]!, unknown, FRAMES[2]!])), { code: "malformed" });
});

test("the first frame of a file's head is read, if it is whole", () => {
  assert.equal(firstFrame(WHOLE.subarray(0, FRAMES[0]!.length + 3))?.payload.toString(), "head");
  assert.equal(firstFrame(WHOLE.subarray(0, FRAMES[0]!.length - 1)), null);
  assert.equal(firstFrame(Buffer.alloc(0)), null);
});
