/**
 * After a random program a reset instance equals a fresh one, in memory, size and globals, and so behaves like
 * one; an instance for which that cannot be done says that it is not reusable.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { Guest } from "@rockpool/runtime/instance/guest.js";
import { hostImports } from "@rockpool/runtime/instance/hostImports.js";
import { LoadedImage, type Loading } from "@rockpool/runtime/instance/loadedImage.js";
import { Pristine } from "@rockpool/runtime/instance/pristine.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { DiscardingHost, discardingHost } from "@rockpool/runtime/instance/warmup.js";
import { fixture, sample } from "../harness/components.ts";
import { script } from "../harness/script.ts";
import { Randomness } from "./randomness.ts";

const PROGRAMS = 150;

const functions = { scribble: fixture("scribble"), arena: sample("arena"), tictactoe: sample("tictactoe") };

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-reset-"));
});
after(() => rmSync(folder, { recursive: true }));

async function load(component: Uint8Array, loading: Loading = "ahead"): Promise<LoadedImage> {
  const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
  const imageFile = join(folder, info.digest);
  writeFileSync(imageFile, wasm);
  return LoadedImage.load({ info, imageFile }, loading);
}

interface Image {
  bytes: Uint8Array;
  globals: unknown[];
}

function stateOf(guest: Guest): Image {
  return { bytes: guest.bytes.slice(), globals: guest.globals.map(({ value }) => value) };
}

function assertSame(actual: Image, expected: Image, context: string): void {
  assert.equal(actual.bytes.length, expected.bytes.length, `${context}: size`);
  if (Buffer.compare(actual.bytes, expected.bytes) !== 0) {
    assert.fail(
      `${context}: the byte at ${actual.bytes.findIndex((byte, at) => byte !== expected.bytes[at])}`,
    );
  }
  assert.deepEqual(actual.globals, expected.globals, `${context}: globals`);
}

/** Runs callbacks in random order with random arguments, as far as the guest gets. */
function runProgram(guest: Guest, random: Randomness): void {
  const room = new RoomGuest(guest);
  const callbacks: (() => { status: string })[] = [
    () => room.message(1 + random.below(3), random.bytes(random.below(400)), 0),
    () => room.message(1, random.bytes(random.below(20)), 0),
    () => room.tick(random.below(100)),
    () => room.timer(random.below(5)),
    () => room.join(1 + random.below(3), [["name", "value"]]),
    () => room.leave(1 + random.below(3), 0),
    () => room.save(),
    () => room.restore(random.bytes(random.below(60))),
    () => room.drop(1),
    () => room.rejoin(1),
    () => room.fault("a fault"),
  ];
  if (room.create(random.bytes(random.below(30))).status === "fault") return;
  for (let steps = random.below(25); steps > 0; steps--) {
    if (callbacks[random.below(callbacks.length)]!().status === "fault") return;
  }
}

/** What a guest sends when it is played in a fixed way. */
function behaviour(guest: Guest): string[] {
  const sent: string[] = [];
  const note = (kind: string) => (to: number, memory: Uint8Array, at: number, length: number) => {
    sent.push(`${kind} ${to} ${Buffer.from(memory.subarray(at, at + length)).toString("hex")}`);
    return "ok" as const;
  };
  guest.host = Object.assign(new DiscardingHost(), { send: note("send") });
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
    const image = await load(await functions[name]);
    const fresh = stateOf(image.make());
    const seed = Randomness.newSeed();
    let reused = 0;
    let guest = image.make();
    for (let program = 0; program < PROGRAMS; program++) {
      runProgram(guest, new Randomness(seed + program));
      if (!image.reusable(guest)) {
        guest = image.make();
        assertSame(stateOf(guest), fresh, `${name}, made after seed ${seed + program}`);
        continue;
      }
      image.reset(guest);
      assertSame(stateOf(guest), fresh, `${name}, reset after seed ${seed + program}`);
      reused++;
    }
    assert.ok(reused > 0, `seed ${seed}: no program left its instance reusable`);
  });

  test(`${name}: a reset instance behaves as a fresh one`, async () => {
    const image = await load(await functions[name]);
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
  const image = await load(await fixture("puppet"));
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
      const image = await load(await component, loading);
      assertSame(stateOf(image.make()), stateOf(image.make()), loading);
    }
  }
});

test("an image that somebody waits for is loaded whatever its size", async () => {
  const { info, wasm } = buildImage(await sample("echo"), DEFAULT_NODE_MAXIMA);
  for (const kibibytes of [0, 60, 70, 130, 1024]) {
    const bytes = Buffer.concat([wasm, customSection(kibibytes * 1024)]);
    const imageFile = join(folder, `padded-${kibibytes}`);
    writeFileSync(imageFile, bytes);
    const image = await LoadedImage.load(
      { info: { ...info, imageBytes: bytes.length }, imageFile },
      "on-demand",
    );
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
    const expected = stateOf(guest);
    const pristine = new Pristine(guest);
    guest.bytes.fill(255);
    pristine.reset(guest);
    assertSame(stateOf(guest), expected, `a byte at ${at}`);
  }
});

/** A custom section without a name, with so many bytes of content. */
function customSection(length: number): Uint8Array {
  const size = length + 1;
  const leb = [0, 7, 14, 21, 28].map((shift) => ((size >>> shift) & 127) | (shift < 28 ? 128 : 0));
  return Buffer.concat([Buffer.of(0, ...leb, 0), Buffer.alloc(length)]);
}
