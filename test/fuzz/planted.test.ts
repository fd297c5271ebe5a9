/** The oracles notice: each test plants one fault where ours would be, and sees it found out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "@bytecodealliance/jco";
import { HOST_MODULE } from "@rockpool/runtime/image/abi.js";
import type { BuiltImage } from "@rockpool/runtime/image/image.js";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { Guest } from "@rockpool/runtime/instance/guest.js";
import { hostImports } from "@rockpool/runtime/instance/hostImports.js";
import { Pristine } from "@rockpool/runtime/instance/pristine.js";
import type { Input } from "../oracle/input.ts";
import { roomRecording } from "../oracle/recordings.ts";
import { runCampaign } from "./campaign.ts";
import { roomComponent } from "./generators/components.ts";
import { type Bodies, roomWat } from "./generators/roomWat.ts";
import { Canary } from "./oracles/canary.ts";
import { CheckingHost } from "./oracles/checkingHost.ts";
import { makeContained, runContained } from "./oracles/contained.ts";
import { refuseOrBuild } from "./oracles/refuseOrBuild.ts";
import { assertSameAsFresh } from "./oracles/sameAsFresh.ts";
import { SUBJECT, type Subject } from "./oracles/subject.ts";
import { Violation } from "./violation.ts";

const PAGE = 65_536;
const MESSAGE: Input = { call: "message", player: 1, data: Uint8Array.of(1, 2, 3) };
const WILLING = (): number => 1;

async function build(bodies: Bodies): Promise<{ image: BuiltImage; module: WebAssembly.Module }> {
  const image = refuseOrBuild(roomComponent(await parse(roomWat(bodies))))!;
  return { image, module: new WebAssembly.Module(image.wasm) };
}

function subjectOf(make: Subject["make"]): Subject {
  return { ...SUBJECT, make };
}

/** Sends one message to a guest of this subject, under the oracles. */
async function contain(bodies: Bodies, subject: Subject): Promise<void> {
  const { image, module } = await build(bodies);
  const host = new CheckingHost(1, WILLING);
  runContained(makeContained(subject, module, image, host)!, host, [MESSAGE]);
}

/** Leaves traces in the last page and in a global, resets with `reset`, and compares. */
async function reuse(reset: Subject["reset"]): Promise<void> {
  const { image, module } = await build({
    extra: "(global $own (mut i32) (i32.const 5))",
    message: "(i32.store (i32.const 60000) (i32.const 1)) (global.set $own (i32.const 6))",
  });
  const host = new CheckingHost(1, WILLING);
  const [used, fresh] = [SUBJECT.make(module, image.info, host), SUBJECT.make(module, image.info, host)];
  const pristine = new Pristine(fresh);
  runContained(used, host, [MESSAGE]);
  reset(pristine, used);
  assertSameAsFresh(used, fresh);
}

test("the reset that is ours is not found out", () => reuse(SUBJECT.reset));

test("a reset that skips a page is found out", async () => {
  const skipping = (pristine: Pristine, guest: Guest) => {
    const page = guest.bytes.slice(guest.bytes.length - PAGE);
    pristine.reset(guest);
    guest.bytes.set(page, guest.bytes.length - PAGE);
  };
  await assert.rejects(() => reuse(skipping), Violation);
});

test("a reset that forgets the globals is found out", async () => {
  const forgetting = (pristine: Pristine, guest: Guest) => {
    const values = guest.globals.map((global) => global.value);
    pristine.reset(guest);
    for (const [n, global] of guest.globals.entries()) global.value = values[n];
  };
  await assert.rejects(() => reuse(forgetting), Violation);
});

class UncheckedGuest extends Guest {
  override holds(): boolean {
    return true;
  }
}

test("a binder without bounds checks is found out", async () => {
  const subject = subjectOf(
    (module, info, host) =>
      new UncheckedGuest(module, hostImports, host, info.globals, info.manifest.limits.fuel),
  );
  const bodies = { message: "(call $send (i32.const 1) (i32.const 65530) (i32.const 7))" };
  await contain(bodies, SUBJECT);
  await assert.rejects(() => contain(bodies, subject), Violation);
});

test("a binder that throws is found out", async () => {
  const send = () => {
    throw new TypeError("planted");
  };
  const imports = { [HOST_MODULE]: { ...hostImports[HOST_MODULE], send } };
  const subject = subjectOf(
    (module, info, host) => new Guest(module, imports, host, info.globals, info.manifest.limits.fuel),
  );
  const bodies = { message: "(call $send (i32.const 1) (i32.const 0) (i32.const 7))" };
  await contain(bodies, SUBJECT);
  await assert.rejects(() => contain(bodies, subject), Violation);
});

class ForgivingGuest extends Guest {
  override get reusable(): boolean {
    return true;
  }
}

test("an instance that would be reused after a trap is found out", async () => {
  const subject = subjectOf(
    (module, info, host) =>
      new ForgivingGuest(module, hostImports, host, info.globals, info.manifest.limits.fuel),
  );
  await contain({ message: "unreachable" }, SUBJECT);
  await assert.rejects(() => contain({ message: "unreachable" }, subject), Violation);
});

test("a byte that changes in another room is found out", async () => {
  const { image, module } = await build({});
  const canary = new Canary((host) => SUBJECT.make(module, image.info, host), roomRecording(5, 20).inputs);
  canary.sing();
  canary.guest.bytes[40_000]! ^= 1;
  assert.throws(() => canary.sing(), Violation);
});

test("a pipeline that throws something else than a refusal is found out", async () => {
  const upload = roomComponent(await parse(roomWat({})));
  const throwing = () => {
    throw new RangeError("planted");
  };
  assert.throws(() => refuseOrBuild(upload, throwing), Violation);
});

test("a pipeline that grants more than the node does is found out", async () => {
  const upload = roomComponent(await parse(roomWat({})));
  const generous = (component: Uint8Array) => buildImage(component, DEFAULT_NODE_MAXIMA);
  assert.throws(() => refuseOrBuild(upload, generous), Violation);
});

for (const [seed, way, told] of [
  [1, "hangs", /more than 2000 ms/],
  [2, "crashes", /SIGABRT/],
  [3, "throws", /an oracle found something/],
] as const) {
  test(`a case that ${way} is found out, with its number`, async () => {
    const program = fileURLToPath(new URL("./planted.fixture.js", import.meta.url));
    const outcome = await runCampaign({ seed, from: 0, cases: 1, minutes: 1, program, patience: 2000 });
    assert.ok(outcome.found);
    assert.equal(outcome.caseNumber, 42);
    assert.match(outcome.what, told);
  });
}
