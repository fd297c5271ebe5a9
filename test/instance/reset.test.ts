/**
 * After a random program a reset instance equals a fresh one, in memory, size and globals, and so behaves like
 * one; an instance for which that cannot be done says that it is not reusable.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Guest } from "@rockpool/runtime/instance/guest.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { fixture, sample } from "../harness/components.ts";
import { Images } from "../harness/images.ts";
import { Randomness } from "../harness/randomness.ts";
import { assertSameImage, imageOf, recordSends, step } from "../harness/roomProgram.ts";
import { script } from "../harness/script.ts";

const PROGRAMS = 150;

const functions = { scribble: fixture("scribble"), arena: sample("arena"), tictactoe: sample("tictactoe") };

let images: Images;
before(() => {
  images = new Images();
});
after(() => images[Symbol.dispose]());

/** Runs callbacks in random order with random arguments, as far as the guest gets. */
function runProgram(guest: Guest, random: Randomness): void {
  const room = new RoomGuest(guest);
  if (room.create(random.bytes(random.below(30))).status === "fault") return;
  for (let steps = random.below(25); steps > 0; steps--) {
    if (step(guest, random) === "fault") return;
  }
}

/** What a guest sends when it is played in a fixed way. */
function behaviour(guest: Guest): string[] {
  const sent = recordSends(guest);
  const room = new RoomGuest(guest);
  room.create(new Uint8Array(0));
  room.join(1, []);
  for (let i = 0; i < 5; i++) {
    room.message(1, Uint8Array.of(1, i, i, i, i, i, i, i, i), 0);
    room.tick(50);
  }
  return sent;
}

for (const name of Object.keys(functions) as (keyof typeof functions)[]) {
  test(`${name}: after ${PROGRAMS} random programs each, a reset instance equals a fresh one`, async () => {
    const image = await images.load(await functions[name]);
    const fresh = imageOf(image.make());
    const seed = Randomness.newSeed();
    let reused = 0;
    let guest = image.make();
    for (let program = 0; program < PROGRAMS; program++) {
      runProgram(guest, new Randomness(seed + program));
      if (!image.reusable(guest)) {
        guest = image.make();
        assertSameImage(imageOf(guest), fresh, `${name}, made after seed ${seed + program}`);
        continue;
      }
      image.reset(guest);
      assertSameImage(imageOf(guest), fresh, `${name}, reset after seed ${seed + program}`);
      reused++;
    }
    assert.ok(reused > 0, `seed ${seed}: no program left its instance reusable`);
  });

  test(`${name}: a reset instance behaves as a fresh one`, async () => {
    const image = await images.load(await functions[name]);
    const expected = behaviour(image.make());
    const seed = Randomness.newSeed();
    for (let program = 0; program < 20; program++) {
      const guest = image.make();
      runProgram(guest, new Randomness(seed + program));
      if (!image.reusable(guest)) continue;
      image.reset(guest);
      assert.deepEqual(behaviour(guest), expected, `${name}, seed ${seed + program}`);
    }
  });
}

test("an instance that has grown or trapped is not reusable", async () => {
  const image = await images.load(await fixture("puppet"));
  const [grown, trapped] = [image.make(), image.make()];
  assert.equal(new RoomGuest(grown).message(1, script().grow(1).bytes, 0).status, "done");
  assert.equal(image.reusable(grown), false);
  // No script has this opcode.
  assert.equal(new RoomGuest(trapped).message(1, Uint8Array.of(255), 0).status, "fault");
  assert.equal(image.reusable(trapped), false);
});
