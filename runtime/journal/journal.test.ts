import assert from "node:assert/strict";
import { test } from "node:test";
import { InputKind } from "./inputs.ts";
import { Journal, type JournalSlice } from "./journal.ts";
import { JournalReader } from "./reader.ts";

const TOKEN = new Uint8Array(32).fill(5);

/** Inputs as plain values: number, kind and what the kind has. */
function inputsOf(slice: JournalSlice, after?: number): unknown[][] {
  const reader = new JournalReader(slice, after);
  const inputs: unknown[][] = [];
  while (reader.next()) {
    const { kind, sequence, timeNs, player, value, data, claims, token, text, count } = reader;
    const fields: Record<InputKind, unknown[]> = {
      [InputKind.Create]: [timeNs, ...data],
      [InputKind.Join]: [timeNs, player, claims, token === null ? null : token.length],
      [InputKind.Message]: [timeNs, player, ...data],
      [InputKind.Tick]: [count],
      [InputKind.Timer]: [timeNs, value],
      [InputKind.Drop]: [timeNs, player],
      [InputKind.Rejoin]: [timeNs, player, token === null ? null : token.length],
      [InputKind.Leave]: [timeNs, player, value],
      [InputKind.Fault]: [timeNs, text],
      [InputKind.Close]: [timeNs],
      [InputKind.Host]: [timeNs, value, ...data],
    };
    inputs.push([sequence, kind, ...fields[kind]]);
  }
  return inputs;
}

test("every kind of input is read back as it was written", () => {
  const journal = new Journal();
  const start = journal.mark();
  journal.create(0, Uint8Array.of(1, 2));
  journal.join(5, 1, [["name", "Ünal"]], TOKEN);
  journal.message(1e9, 1, Uint8Array.of(1, 7, 8, 9), 1);
  journal.tick();
  journal.tick();
  journal.timer(2e9, 0xffff_ffff);
  journal.drop(2e9, 1);
  journal.rejoin(3e9, 1, null);
  journal.leave(3e9, 1, 2);
  journal.fault(4e9, "trap");
  journal.host(5e9, 300, Uint8Array.of(4));
  journal.close(6e15 + 1);
  assert.deepEqual(inputsOf(journal.since(start)), [
    [1, InputKind.Create, 0, 1, 2],
    [2, InputKind.Join, 5, 1, [["name", "Ünal"]], 32],
    [3, InputKind.Message, 1e9, 1, 7, 8, 9],
    [4, InputKind.Tick, 2],
    [6, InputKind.Timer, 2e9, 0xffff_ffff],
    [7, InputKind.Drop, 2e9, 1],
    [8, InputKind.Rejoin, 3e9, 1, null],
    [9, InputKind.Leave, 3e9, 1, 2],
    [10, InputKind.Fault, 4e9, "trap"],
    [11, InputKind.Host, 5e9, 300, 4],
    [12, InputKind.Close, 6e15 + 1],
  ]);
  assert.equal(journal.sequence, 12);
});

test("a run of ticks is one record of a few bytes, however long", () => {
  const journal = new Journal();
  const start = journal.mark();
  for (let n = 0; n < 100_000; n++) journal.tick();
  assert.equal(journal.bytes, 4);
  assert.deepEqual(inputsOf(journal.since(start)), [[1, InputKind.Tick, 100_000]]);
});

test("a run of ticks that was taken is closed: later ticks do not change it", () => {
  const journal = new Journal();
  const start = journal.mark();
  for (let n = 0; n < 200; n++) journal.tick();
  const taken = journal.since(start);
  const copy = { ...taken, bytes: taken.bytes.slice() };
  const middle = journal.mark();
  for (let n = 0; n < 3; n++) journal.tick();
  assert.deepEqual(inputsOf(copy), [[1, InputKind.Tick, 200]]);
  assert.deepEqual(inputsOf(journal.since(middle)), [[201, InputKind.Tick, 3]]);
});

test("slices between marks are read by themselves and across marks, with the right times", () => {
  const journal = new Journal();
  const marks = [journal.mark()];
  for (const timeNs of [10, 20, 30]) {
    journal.timer(timeNs, 1);
    journal.timer(timeNs + 1, 2);
    marks.push(journal.mark());
  }
  const times = (slice: JournalSlice) => inputsOf(slice).map(([, , timeNs]) => timeNs);
  assert.deepEqual(times(journal.since(marks[1]!, marks[2]!)), [20, 21]);
  assert.deepEqual(times(journal.since(marks[1]!)), [20, 21, 30, 31]);
});

test("a time before the last one is kept as it is", () => {
  const journal = new Journal();
  const start = journal.mark();
  for (const timeNs of [50, 40, 60]) journal.timer(timeNs, 1);
  assert.deepEqual(
    inputsOf(journal.since(start)).map(([, , timeNs]) => timeNs),
    [50, 40, 60],
  );
});

test("truncating at a mark keeps what follows, and the numbers go on", () => {
  const journal = new Journal();
  for (let n = 0; n < 500; n++) journal.timer(n, n);
  const mark = journal.mark();
  journal.tick();
  journal.tick();
  journal.truncate(mark);
  journal.tick();
  journal.timer(900, 4);
  assert.deepEqual(inputsOf(journal.since(mark)), [
    [501, InputKind.Tick, 3],
    [504, InputKind.Timer, 900, 4],
  ]);
});

test("a mark that was truncated away is refused", () => {
  const journal = new Journal();
  const start = journal.mark();
  journal.timer(1, 1);
  journal.truncate(journal.mark());
  assert.throws(() => journal.since(start), RangeError);
  assert.throws(() => journal.truncate(start), RangeError);
});

test("an empty journal takes no memory, and a large one gives its memory back", () => {
  const journal = new Journal();
  assert.equal(journal.bytesHeld, 0);
  journal.message(1, 1, new Uint8Array(100_000), 0);
  journal.truncate(journal.mark());
  assert.equal(journal.bytesHeld, 0);
  journal.timer(1, 1);
  assert.ok(journal.bytesHeld <= 256);
});

test("reading passes over the inputs that the snapshot contains, inside a run of ticks too", () => {
  const journal = new Journal(40);
  const start = journal.mark();
  journal.timer(1, 9);
  for (let n = 0; n < 10; n++) journal.tick();
  journal.timer(2, 8);
  const slice = journal.since(start);
  assert.deepEqual(inputsOf(slice, 44), [
    [45, InputKind.Tick, 7],
    [52, InputKind.Timer, 2, 8],
  ]);
  assert.deepEqual(inputsOf(slice, 51), [[52, InputKind.Timer, 2, 8]]);
  assert.deepEqual(inputsOf(slice, 52), []);
});

test("a slice without inputs is read as none", () => {
  const journal = new Journal(7);
  const slice = journal.since(journal.mark());
  assert.deepEqual([slice.first, slice.last], [8, 7]);
  assert.deepEqual(inputsOf(slice), []);
});

test("inputs of more or less than a slice says are refused", () => {
  const journal = new Journal();
  const start = journal.mark();
  journal.timer(1, 1);
  journal.tick();
  journal.tick();
  const slice = journal.since(start);
  assert.throws(() => inputsOf({ ...slice, last: 4 }), { code: "wrong-length" });
  assert.throws(() => inputsOf({ ...slice, last: 2 }), { code: "malformed" });
});

for (const [what, bytes] of [
  ["an unknown kind", [0x8f, 0]],
  ["an empty run of ticks", [InputKind.Tick, 0]],
  ["a first time that is not written whole", [InputKind.Timer, 1, 1]],
  ["a field that goes past the end", [0x80 | InputKind.Message, 1, 1, 100]],
  ["a number that is longer than it need be", [0x80 | InputKind.Timer, 0x81, 0, 1]],
  ["a tick with a time", [0x80 | InputKind.Tick, 1]],
] as const) {
  test(`${what} is refused`, () => {
    const slice = { first: 1, last: 1, bytes: Uint8Array.from(bytes) };
    assert.throws(() => inputsOf(slice), { code: "malformed" });
  });
}
