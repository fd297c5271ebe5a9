/** The sample functions and the fixtures through the node's binder and through jco. SEED and RECORDINGS change the run. */
import { test } from "node:test";
import { fixture, sample } from "../harness/components.ts";
import { JcoReference } from "./jco.ts";
import { runOurs } from "./ours.ts";
import { callRecording, roomRecording } from "./recordings.ts";
import { assertSameTrace } from "./trace.ts";

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
    for (let n = 0; n < RECORDINGS; n++) {
      const recording = record((FIRST_SEED + n) >>> 0, LENGTH);
      assertSameTrace(
        runOurs(component, recording),
        reference.run(recording),
        `${name}, seed ${recording.seed}`,
      );
    }
  });
}
