/** The sample functions and the fixtures through the node's binder and through jco. SEED and RECORDINGS change the run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, sample } from "../harness/components.ts";
import { assertSame } from "./compare.ts";
import { JcoReference } from "./jco.ts";
import { callRecording, roomRecording } from "./recordings.ts";

const FIRST_SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const RECORDINGS = Number(process.env.RECORDINGS ?? 20);
const LENGTH = 60;

const FUNCTIONS = [
  ["echo", () => sample("echo"), roomRecording],
  ["arena", () => sample("arena"), roomRecording],
  ["tictactoe", () => sample("tictactoe"), roomRecording],
  ["score", () => sample("score"), callRecording],
  ["scribble", () => fixture("scribble"), roomRecording],
] as const;

for (const [name, build, record] of FUNCTIONS) {
  test(`${name} does the same through our binder and through jco, from seed ${FIRST_SEED}`, async () => {
    const component = await build();
    const reference = await JcoReference.of(component);
    let whole = 0;
    for (let n = 0; n < RECORDINGS; n++) {
      const recording = record((FIRST_SEED + n) >>> 0, LENGTH);
      const compared = assertSame(component, reference, recording, `${name}, seed ${recording.seed}`);
      if (compared === "whole") whole++;
    }
    assert.ok(whole >= Math.floor(RECORDINGS * 0.9), `only ${whole} recordings were compared to their end`);
  });
}
