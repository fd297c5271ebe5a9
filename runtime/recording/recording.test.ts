import assert from "node:assert/strict";
import { test } from "node:test";
import { FUNCTION_LIMITS, type FunctionLimits, LIMIT_NAMES } from "@rockpool/protocol";
import { Journal } from "../journal/journal.ts";
import { encodeFrame, FrameKind } from "./frames.ts";
import { encodeHeader, type RecordingHeader } from "./header.ts";
import { encodeEnd, encodeMark, type Mark } from "./marks.ts";
import { encodeInputs, readRecording, withComponent } from "./recording.ts";

const HEADER: RecordingHeader = {
  function: "arena",
  room: "lobby",
  digest: `sha256:${"ab".repeat(32)}`,
  pipeline: 3,
  limits: Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, FUNCTION_LIMITS[name].default]),
  ) as FunctionLimits,
  seed: Uint32Array.of(1, 2, 3, 4),
  startedAt: 1_790_000_000_000,
};
const HASH = Buffer.alloc(32, 7);
const MARK: Mark = { sequence: 2, timeNs: 5e9, hashes: { memory: HASH, globals: HASH, host: HASH } };

function inputs(): { first: Buffer; second: Buffer } {
  const journal = new Journal();
  const start = journal.mark();
  journal.create(0, Uint8Array.of(1));
  journal.tick();
  const middle = journal.mark();
  journal.message(7e9, 1, Uint8Array.of(2, 3), 0);
  const [one, two] = [journal.since(start, middle), journal.since(middle)];
  return { first: encodeInputs(one), second: encodeInputs(two) };
}

const head = encodeFrame(FrameKind.Header, encodeHeader(HEADER));
const mark = encodeFrame(FrameKind.Mark, encodeMark(MARK));
const end = encodeFrame(FrameKind.End, encodeEnd({ reason: "time", sequence: 3 }));
const { first, second } = inputs();

test("a recording is read as it was written", () => {
  const recording = readRecording(Buffer.concat([head, first, mark, second, end]));
  assert.deepEqual(recording.header, HEADER);
  assert.deepEqual(
    recording.stretches.map((stretch) => [stretch.slices.length, stretch.mark]),
    [
      [1, MARK],
      [1, null],
    ],
  );
  assert.deepEqual([recording.end, recording.sequence], [{ reason: "time", sequence: 3 }, 3]);
  assert.equal(recording.component, null);
});

test("a component that is put in comes out, and takes the place of another", () => {
  const bytes = Buffer.concat([head, first, mark]);
  const once = withComponent(bytes, Buffer.from("one"));
  const twice = withComponent(once, Buffer.from("two"));
  const { component, sequence } = readRecording(twice);
  assert.deepEqual([Buffer.from(component!).toString(), sequence], ["two", 2]);
});

test("a torn tail stays one when a component is put in", () => {
  const bytes = Buffer.concat([head, first, mark]).subarray(0, -3);
  assert.equal(readRecording(withComponent(bytes, Buffer.from("one"))).tail.status, "torn");
});

for (const [what, frames, code] of [
  ["without a header", [first], "not-a-record"],
  ["with a second header", [head, head], "malformed"],
  ["with inputs missing", [head, second], "out-of-place"],
  ["with a mark at another input", [head, first, second, mark], "out-of-place"],
  ["that goes on after its end", [head, first, second, end, mark], "malformed"],
  ["with a component behind inputs", [head, first, encodeFrame(FrameKind.Component, HASH)], "malformed"],
] as const) {
  test(`a recording ${what} is refused`, () => {
    assert.throws(() => readRecording(Buffer.concat(frames)), { name: "DamagedRecord", code });
  });
}

test("a recording of another version of the format is refused, with what to do", () => {
  const payload = encodeHeader(HEADER);
  payload.writeUInt16LE(9);
  assert.throws(() => readRecording(encodeFrame(FrameKind.Header, payload)), {
    code: "unknown-version",
    message: /use the rockpool that recorded it/,
  });
});
