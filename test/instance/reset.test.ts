/**
 * After a random program a reset instance equals a fresh one, in memory, size and globals, and so behaves like
 * one; an instance for which that cannot be done says that it is not reusable.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { Guest } from "@rockpool/runtime/instance/guest.js";
import { hostImports } from "@rockpool/runtime/instance/hostImports.js";
import { Pristine } from "@rockpool/runtime/instance/pristine.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { discardingHost } from "@rockpool/runtime/instance/warmup.js";
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

test("an image's first instance is as new as those after it, whether anybody waited for it or not", async () => {
  for (const component of Object.values(functions)) {
    for (const loading of ["ahead", "on-demand"] as const) {
      const image = await images.load(await component, loading);
      assertSameImage(imageOf(image.make()), imageOf(image.make()), loading);
    }
  }
});

test("an image that somebody waits for is loaded whatever its size", async () => {
  const { info, wasm } = buildImage(await sample("echo"), DEFAULT_NODE_MAXIMA);
  for (const kibibytes of [0, 60, 70, 130, 1024]) {
    const bytes = Buffer.concat([wasm, customSection(kibibytes * 1024)]);
    const image = await images.loadWasm({ ...info, imageBytes: bytes.length }, bytes, "on-demand");
    assert.equal(new RoomGuest(image.make()).create(new Uint8Array(0)).status, "done", `${kibibytes} KiB`);
  }
});

test("what lies anywhere in the first memory is restored, however much nothing lies around it", async () => {
  const { info, wasm } = buildImage(await fixture("scribble"), DEFAULT_NODE_MAXIMA);
  const guest = new Guest(new WebAssembly.Module(wasm), hostImports, discardingHost, info.globals, 1_000_000);
  const random = new Randomness(Randomness.newSeed());
  const ends = [0, 4095, 4096, 8191, guest.bytes.length - 4097, guest.bytes.length - 1];
  for (const at of [...ends, ...Array.from({ length: 50 }, () => random.below(guest.bytes.length))]) {
    guest.bytes.fill(0);
    guest.bytes[at] = 7;
    const expected = imageOf(guest);
    const pristine = new Pristine(guest);
    guest.bytes.fill(255);
    pristine.reset(guest);
    assertSameImage(imageOf(guest), expected, `a byte at ${at}`);
  }
});

/** A custom section without a name, with so many bytes of content. */
function customSection(length: number): Uint8Array {
  const size = length + 1;
  const leb = [0, 7, 14, 21, 28].map((shift) => ((size >>> shift) & 127) | (shift < 28 ? 128 : 0));
  return Buffer.concat([Buffer.of(0, ...leb, 0), Buffer.alloc(length)]);
}
