import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { type GlobalValue, readGlobals, writeGlobals } from "./globals.ts";
import type { HostState } from "./hostState.ts";
import { readHostState, writeHostState } from "./hostStateCodec.ts";
import { beginRecord, decodeSnapshot, endRecord, SNAPSHOT_VERSION, type SnapshotHead } from "./record.ts";
import { BUSY_STATE, hostState } from "./snapshot.testkit.ts";

const HEAD: SnapshotHead = {
  kind: "full",
  function: "arena",
  room: "one",
  digest: `sha256:${"0f".repeat(32)}`,
  pipeline: 2,
  epoch: 1,
  number: 5,
  sequence: 1000,
};

function encodeState(state: HostState): Buffer {
  const out = new ByteWriter();
  writeHostState(out, state);
  return out.copy();
}

function decodeState(bytes: Uint8Array): HostState {
  const reader = new ByteReader(bytes);
  const state = readHostState(reader);
  reader.done();
  return state;
}

/** A record with some globals and two runs. */
function record(head: Partial<SnapshotHead> = {}, blocks = 1): Buffer {
  const out = new ByteWriter();
  beginRecord(out, { ...HEAD, ...head });
  writeGlobals(out, [1, 2n, -5]);
  out.varint(blocks);
  out
    .varint(8)
    .varint(3)
    .raw(Uint8Array.of(1, 2, 3));
  out.varint(65_000).varint(2).raw(Uint8Array.of(4, 5));
  out.varint(0).varint(0);
  writeHostState(out, BUSY_STATE);
  endRecord(out);
  return out.copy();
}

/** Puts a correct checksum on changed bytes. */
function resealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

/** Small, so that a failure can be repeated: a linear congruential generator (Numerical Recipes). */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

for (const [what, state] of [
  ["of a room in which nothing has happened", hostState()],
  ["with something of everything", BUSY_STATE],
  [
    "with numbers at their bounds",
    hostState({ timeNs: 2 ** 53 + 2, anchorNs: 2 ** 62, nextPlayer: 2 ** 32 - 1 }),
  ],
] as const) {
  test(`a host state ${what} is read back as it was written`, () => {
    assert.deepEqual(decodeState(encodeState(state)), state);
  });
}

test("the host state of a room in which nothing has happened takes under 64 bytes", () => {
  assert.ok(encodeState(hostState()).length < 64);
});

const [first, second] = BUSY_STATE.seats;
for (const [what, change] of [
  ["seats out of order", { seats: [second!, first!] }],
  ["a player above the last one", { nextPlayer: 3 }],
  ["two timers of one id", { timers: [...BUSY_STATE.timers, { id: 7, dueNs: 1 }] }],
  ["two values of one key", { values: [...BUSY_STATE.values, ["best", Uint8Array.of(1)] as const] }],
  ["a newest token older than the oldest", { seats: [{ ...first!, serial: 0 }] }],
  ["more frames kept than sent", { seats: [{ ...second!, frames: [Uint8Array.of(1)] }] }],
] as const) {
  test(`a host state with ${what} is refused`, () => {
    assert.throws(() => decodeState(encodeState({ ...BUSY_STATE, ...change })), { code: "malformed" });
  });
}

test("globals keep their bits: the smallest and the largest of both types", () => {
  const values: GlobalValue[] = [
    ...[0, -1, 0x7fff_ffff, -0x8000_0000],
    ...[0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
  ];
  const out = new ByteWriter();
  writeGlobals(out, values);
  const read = readGlobals(new ByteReader(out.view));
  assert.ok(values.every((value, n) => Object.is(value, read[n])));
});

test("a record is read back as it was written", () => {
  const decoded = decodeSnapshot(record({ kind: "delta" }));
  const { globals, memorySize, host, runsAt: _, bytes: __, ...head } = decoded;
  assert.deepEqual(head, { ...HEAD, kind: "delta" });
  assert.deepEqual(globals, [1, 2n, -5]);
  assert.equal(memorySize, 65_536);
  assert.deepEqual(host, BUSY_STATE);
});

test("every flipped bit of a record is found", () => {
  const whole = record();
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const damaged = Buffer.from(whole);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => decodeSnapshot(damaged), { name: "DamagedRecord" }, `bit ${bit}`);
  }
});

test("every truncation of a record is found, and every byte too many", () => {
  const whole = record();
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => decodeSnapshot(whole.subarray(0, length)), { name: "DamagedRecord" });
  }
  assert.throws(() => decodeSnapshot(Buffer.concat([whole, Buffer.of(0)])), { code: "wrong-length" });
});

test("a record with many bytes changed and a correct checksum is decoded whole or refused, never worse", () => {
  const seed = Number(process.env.ROCKPOOL_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const below = random(seed);
  const whole = record();
  for (let round = 0; round < 5_000; round++) {
    const forged = Buffer.from(whole);
    for (let changes = 1 + below(8); changes > 0; changes--)
      forged[16 + below(forged.length - 16)] = below(256);
    try {
      const { memorySize, host } = decodeSnapshot(resealed(forged));
      // Whatever passed is a state that can be written and read again.
      assert.deepEqual(decodeState(encodeState(host)), host, `seed ${seed}, round ${round}`);
      assert.equal(memorySize % 65_536, 0);
    } catch (error) {
      assert.equal((error as Error).name, "DamagedRecord", `seed ${seed}, round ${round}: ${error}`);
    }
  }
});

test("a count that promises more than there are bytes is refused before anything is made of it", () => {
  const out = new ByteWriter();
  out.varint(1).varint(2 ** 40);
  assert.throws(() => decodeState(out.copy()), { code: "malformed" });
});

test("a run that goes past the memory is refused", () => {
  assert.throws(() => decodeSnapshot(record({}, 0)), { code: "malformed" });
});

test("a record of another version is refused as such, whatever follows", () => {
  const later = record();
  later.writeUInt16LE(SNAPSHOT_VERSION + 1, 12);
  assert.throws(() => decodeSnapshot(resealed(later)), { code: "unknown-version" });
});

test("what is no record at all is refused as such", () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(100), Buffer.from("RPJC and some more text")]) {
    assert.throws(() => decodeSnapshot(bytes), { code: "not-a-record" });
  }
});
