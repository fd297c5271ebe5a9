/** Every hostile guest ends as it must, and its host sees nothing of it but what is sound. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { parse } from "@bytecodealliance/jco";
import { InitializationError } from "@rockpool/runtime/instance/guest.js";
import { MAX_REFUSAL_BYTES } from "@rockpool/runtime/instance/results.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { drive } from "../oracle/drive.ts";
import type { Input } from "../oracle/input.ts";
import { roomRecording } from "../oracle/recordings.ts";
import { ScriptedHost } from "../oracle/scriptedHost.ts";
import { roomComponent } from "./generators/components.ts";
import { HOSTILE_GUESTS } from "./generators/hostileGuests.ts";
import { roomWat } from "./generators/roomWat.ts";
import { Canary } from "./oracles/canary.ts";
import { CheckingHost } from "./oracles/checkingHost.ts";
import { FUZZ_MAXIMA, refuseOrBuild } from "./oracles/refuseOrBuild.ts";
import { SUBJECT } from "./oracles/subject.ts";

const INPUTS: Record<string, Input> = {
  create: { call: "create", config: Uint8Array.of(1, 2, 3) },
  message: { call: "message", player: 1, data: Uint8Array.of(1, 2, 3) },
  save: { call: "save" },
};
/** A host that always has room. */
const WILLING = (): number => 1;

async function build(bodies: Parameters<typeof roomWat>[0]) {
  const image = refuseOrBuild(roomComponent(await parse(roomWat(bodies))))!;
  return { image, module: new WebAssembly.Module(image.wasm) };
}

describe("a guest that", () => {
  let canary: Canary;

  before(async () => {
    const { image, module } = await build({
      message: "(memory.copy (i32.const 8192) (local.get 1) (local.get 2))",
    });
    canary = new Canary((host) => SUBJECT.make(module, image.info, host), roomRecording(3, 400).inputs);
  });

  for (const { name, bodies, call, ends } of HOSTILE_GUESTS) {
    test(`${name} ends with ${ends}, and disturbs no other room`, async () => {
      const { image, module } = await build(bodies);
      const host = new CheckingHost(1, WILLING);
      if (ends === "initialization") {
        assert.throws(() => SUBJECT.make(module, image.info, host), InitializationError);
      } else {
        const guest = SUBJECT.make(module, image.info, host);
        const outcome = drive(new RoomGuest(guest), INPUTS[call]!);
        assert.equal(
          outcome.status === "fault" ? outcome.code : outcome.status,
          ends,
          JSON.stringify(outcome),
        );
        assert.deepEqual(host.violations, []);
        assert.ok(guest.fuelUsed <= FUZZ_MAXIMA.fuel, `it used ${guest.fuelUsed}`);
      }
      canary.sing();
    });
  }
});

test("nothing that a guest asks for after its fault reaches the host", async () => {
  const { bodies } = HOSTILE_GUESTS.find(({ name }) => name === "goes on after a fault")!;
  const { image, module } = await build(bodies);
  const host = new CheckingHost(1, WILLING);
  drive(new RoomGuest(SUBJECT.make(module, image.info, host)), INPUTS.message!);
  assert.deepEqual(host.takeNotes(), ["lock true"]);
});

test("a guest that reads a large value for ever gets no more bytes than it has fuel", async () => {
  const { bodies } = HOSTILE_GUESTS.find(({ name }) => name === "reads the same value for ever")!;
  const { image, module } = await build(bodies);
  const host = new ScriptedHost(1);
  drive(new RoomGuest(SUBJECT.make(module, image.info, host)), INPUTS.message!);
  const reads = host.takeNotes().filter((note) => note.startsWith("get ")).length;
  assert.ok(reads * 32_768 <= FUZZ_MAXIMA.fuel + 32_768, `${reads} reads`);
});

test("the text of a refusal is cut at a whole character", async () => {
  // "é" is two bytes; with one letter before them, the bound falls between the two.
  const body = `(i32.store8 (i32.const 8192) (i32.const 97))
    (loop (i32.store16 (i32.add (i32.const 8193) (local.get 0)) (i32.const 0xa9c3))
      (local.set 0 (i32.add (local.get 0) (i32.const 2)))
      (br_if 0 (i32.lt_u (local.get 0) (i32.const 6000))))
    (i32.store8 (i32.const 128) (i32.const 1)) (i32.store (i32.const 132) (i32.const 8192))
    (i32.store (i32.const 136) (i32.const 6001)) (i32.const 128)`;
  const { image, module } = await build({ create: `(local.set 0 (i32.const 0)) ${body}` });
  const outcome = drive(new RoomGuest(SUBJECT.make(module, image.info, new ScriptedHost(1))), INPUTS.create!);
  assert.equal(outcome.status, "refused");
  assert.equal(outcome.status === "refused" && outcome.reason, `a${"é".repeat((MAX_REFUSAL_BYTES - 2) / 2)}`);
});

test("an empty list is passed through the guest's allocator, as any other", async () => {
  const noted =
    "(i32.store (i32.const 256) (i32.add (i32.load (i32.const 256)) (i32.const 1))) (i32.const 512)";
  const { image, module } = await build({ realloc: noted });
  const guest = SUBJECT.make(module, image.info, new ScriptedHost(1));
  drive(new RoomGuest(guest), { call: "message", player: 1, data: new Uint8Array(0) });
  drive(new RoomGuest(guest), { call: "join", player: 1, claims: [] });
  assert.equal(guest.readU32(256), 2);
});

test("a reset restores a global that holds a NaN bit by bit", async () => {
  const { Pristine } = await import("@rockpool/runtime/instance/pristine.js");
  const { image, module } = await build({
    extra: "(global $nan (mut f64) (f64.const nan:0x4000000000123))",
    message: `(i64.store (i32.const 512) (i64.reinterpret_f64 (global.get $nan)))
      (global.set $nan (f64.const -nan:0x8000000000456))`,
  });
  const guest = SUBJECT.make(module, image.info, new ScriptedHost(1));
  const pristine = new Pristine(guest);
  for (let life = 0; life < 2; life++) {
    drive(new RoomGuest(guest), INPUTS.message!);
    assert.equal(
      Buffer.from(guest.bytes.slice(512, 520)).readBigUInt64LE(),
      0x7ff4000000000123n,
      `life ${life}`,
    );
    pristine.reset(guest);
  }
});

test("work and moved bytes together are bounded by one budget", async () => {
  // 70 % of the fuel as bytes, then 70 % as work.
  const bytes = Math.floor(FUZZ_MAXIMA.fuel * 0.7);
  const turns = Math.floor((FUZZ_MAXIMA.fuel * 0.7) / 10);
  const body = `(drop (memory.grow (i32.const 8))) (call $broadcast (i32.const 0) (i32.const ${bytes}))
    (local.set 0 (i32.const 0))
    (loop (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get 0) (i32.const ${turns}))))`;
  const { image, module } = await build({ message: body });
  const outcome = drive(
    new RoomGuest(SUBJECT.make(module, image.info, new ScriptedHost(1))),
    INPUTS.message!,
  );
  assert.equal(outcome.status === "fault" && outcome.code, "out-of-fuel");
});
