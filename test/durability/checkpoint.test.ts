/**
 * A guest that is brought back to a snapshot, from memory or from records, equals the one that was
 * snapshotted, in memory, size and globals, and goes on as that one does.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Guest } from "@rockpool/runtime/instance/guest.js";
import type { LoadedImage } from "@rockpool/runtime/instance/loadedImage.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { Checkpoint, MAX_DELTAS } from "@rockpool/runtime/snapshot/checkpoint.js";
import { foldChain } from "@rockpool/runtime/snapshot/fold.js";
import { decodeSnapshot, type Snapshot } from "@rockpool/runtime/snapshot/record.js";
import { BUSY_STATE, hostState } from "@rockpool/runtime/snapshot/snapshot.testkit.js";
import { fixture, sample } from "../harness/components.ts";
import { Images } from "../harness/images.ts";
import { Randomness } from "../harness/randomness.ts";
import { assertSameImage, imageOf, recordSends, step } from "../harness/roomProgram.ts";
import { script } from "../harness/script.ts";

const PROGRAMS = 40;
const STEPS = 30;
const functions = { scribble: fixture("scribble"), arena: sample("arena"), tictactoe: sample("tictactoe") };

let images: Images;
before(() => {
  images = new Images();
});
after(() => images[Symbol.dispose]());

function checkpointOf(image: LoadedImage, room = "room"): Checkpoint {
  const { digest, pipeline, manifest } = image.info;
  return new Checkpoint({
    function: manifest.name,
    room,
    digest,
    pipeline,
    pristine: image.pristineMemory,
  });
}

/** What a store would hold after a record, if it never folded. */
function chained(chain: readonly Snapshot[], record: Snapshot): Snapshot[] {
  return record.kind === "full" ? [record] : [...chain, record];
}

/** What a store holds after a record. */
function stored(chain: readonly Snapshot[], record: Snapshot): Snapshot[] {
  const longer = chained(chain, record);
  return record.fold ? [{ ...record, kind: "full", bytes: foldChain(decoded(longer)) }] : longer;
}

function decoded(chain: readonly Snapshot[]) {
  return chain.map(({ bytes }) => decodeSnapshot(bytes));
}

/** Plays some steps; false when the guest failed. */
function play(guest: Guest, random: Randomness, steps: number): boolean {
  for (let i = 0; i < steps; i++) if (step(guest, random) === "fault") return false;
  return true;
}

function continuation(guest: Guest, seed: number): { sent: string[]; image: ReturnType<typeof imageOf> } {
  const sent = recordSends(guest);
  play(guest, new Randomness(seed), STEPS);
  return { sent, image: imageOf(guest) };
}

/** A used instance as a pool would give it out. */
function reusedGuest(image: LoadedImage, seed: number): Guest {
  const guest = image.make();
  play(guest, new Randomness(seed), STEPS);
  if (!image.reusable(guest)) return image.make();
  image.reset(guest);
  return guest;
}

for (const name of Object.keys(functions) as (keyof typeof functions)[]) {
  test(`${name}: records, full and delta, bring another instance to the same state and the same future`, async () => {
    const image = await images.load(await functions[name]);
    const seed = Randomness.newSeed();
    let deltas = 0;
    for (let program = 0; program < PROGRAMS; program++) {
      const context = `${name}, seed ${seed + program}`;
      const random = new Randomness(seed + program);
      const guest = image.make();
      const checkpoint = checkpointOf(image);
      new RoomGuest(guest).create(random.bytes(8));
      // Large enough that deltas are worth it.
      guest.bytes.set(random.bytes(6_000), guest.bytes.length - 6_000);
      let chain: Snapshot[] = [];
      for (let snapshots = 1 + random.below(6); snapshots > 0; snapshots--) {
        if (!play(guest, random, random.below(8))) break;
        if (random.below(4) === 0) checkpoint.take(guest, hostState(), 0);
        else chain = stored(chain, checkpoint.takeRecord(guest, BUSY_STATE, chain.length, 1));
      }
      if (guest.failed) continue;
      chain = stored(chain, checkpoint.takeRecord(guest, BUSY_STATE, 99, 1));
      deltas += chain.length - 1;

      const other = reusedGuest(image, seed + program);
      const loaded = checkpointOf(image);
      assert.deepEqual(loaded.load(other, decoded(chain)), BUSY_STATE, context);
      assert.deepEqual([loaded.number, loaded.sequence], [checkpoint.number, 99], context);
      assertSameImage(imageOf(other), imageOf(guest), context);
      const [expected, actual] = [continuation(guest, program), continuation(other, program)];
      assert.deepEqual(actual.sent, expected.sent, context);
      assertSameImage(actual.image, expected.image, `${context}, later`);

      // And back again, from the memory of both checkpoints.
      for (const one of [checkpoint, loaded]) {
        const third = reusedGuest(image, seed + program);
        assert.deepEqual(one.restore(third), BUSY_STATE, context);
        assert.deepEqual(continuation(third, program).sent, expected.sent, `${context}, taken back`);
      }
    }
    if (name === "scribble") assert.ok(deltas > 0, `seed ${seed}: no delta was ever taken`);
  });
}

test("a snapshot after a snapshot was lost is full", async () => {
  const image = await images.load(await sample("arena"));
  const guest = image.make();
  const checkpoint = checkpointOf(image);
  new RoomGuest(guest).create(new Uint8Array(0));
  guest.bytes.subarray(1000, 60_000).fill(7);
  const kinds = [0, 1, 2].map((n) => {
    if (n === 2) checkpoint.lost();
    return checkpoint.takeRecord(guest, hostState(), n, 1).kind;
  });
  assert.deepEqual(kinds, ["full", "delta", "full"]);
});

test("a delta holds what changed, not what a room has", async () => {
  const image = await images.load(await sample("arena"));
  const guest = image.make();
  const checkpoint = checkpointOf(image);
  for (let at = 0; at < 60_000; at++) guest.bytes[at] = at * 7 + (at >> 8);
  assert.ok(checkpoint.takeRecord(guest, hostState(), 0, 1).bytes.length > 59_000);
  guest.bytes[30_000]! += 1;
  assert.ok(checkpoint.takeRecord(guest, hostState(), 1, 1).bytes.length < 300);
});

test("a chain that is folded as it asks for stays short, and is the same room", async () => {
  const image = await images.load(await sample("arena"));
  const guest = image.make();
  const checkpoint = checkpointOf(image);
  let chain: Snapshot[] = [];
  let longest = 0;
  for (let n = 0; n < 150; n++) {
    for (let at = 0; at < 40_000; at++)
      guest.bytes[at] = at < 100 + (n % 3) * 4_000 ? n + at * 3 : at * 7 + 1;
    const record = checkpoint.takeRecord(guest, hostState({ ticks: n }), n, 1);
    chain = stored(chain, record);
    longest = Math.max(longest, chain.length);
  }
  assert.ok(longest > 2 && longest <= MAX_DELTAS, `${longest} records`);
  const other = image.make();
  assert.equal(checkpointOf(image).load(other, decoded(chain)).ticks, 149);
  assertSameImage(imageOf(other), imageOf(guest), "folded");
});

test("memory that has grown comes back as large", async () => {
  const image = await images.load(await fixture("puppet"));
  const guest = image.make();
  const checkpoint = checkpointOf(image);
  const first = checkpoint.takeRecord(guest, hostState(), 0, 1);
  assert.equal(new RoomGuest(guest).message(1, script().grow(3).bytes, 0).status, "done");
  guest.bytes[guest.bytes.length - 1] = 9;
  const chain = chained([first], checkpoint.takeRecord(guest, hostState(), 1, 1));
  const other = image.make();
  checkpointOf(image).load(other, decoded(chain));
  assertSameImage(imageOf(other), imageOf(guest), "grown");
  const third = image.make();
  checkpoint.restore(third);
  assertSameImage(imageOf(third), imageOf(guest), "grown, taken back");
});

test("a snapshot of another room, another image or without its base is refused", async () => {
  const image = await images.load(await fixture("scribble"));
  const arena = await images.load(await sample("arena"));
  const guest = image.make();
  const checkpoint = checkpointOf(image);
  for (let at = 0; at < 40_000; at++) guest.bytes[at] = at * 7 + 1;
  const records = [0, 1].map((n) => decodeSnapshot(checkpoint.takeRecord(guest, hostState(), n, 1).bytes));
  const code = "out-of-place";
  assert.throws(() => checkpointOf(image, "other").load(image.make(), records), { code });
  assert.throws(() => checkpointOf(arena).load(arena.make(), records), { code });
  assert.throws(() => checkpointOf(image).load(image.make(), records.slice(1)), { code });
  assert.throws(() => checkpointOf(image).load(image.make(), []), { code });
});

test("a memory that the guest may not have is refused", async () => {
  const image = await images.load(await fixture("puppet"));
  const guest = image.make();
  const record = checkpointOf(image).takeRecord(guest, hostState(), 0, 1);
  const snapshot = { ...decodeSnapshot(record.bytes), memorySize: 65_536 * 65_535 };
  assert.throws(() => checkpointOf(image).load(image.make(), [snapshot]), { code: "out-of-place" });
});
