/** Prints what recordings come to in this process, whatever compiler its V8 was told to use. */

import { floatRoom, roomComponent } from "../fuzz/generators/components.ts";
import { fixture, sample } from "../harness/components.ts";
import { runOurs } from "./ours.ts";
import { callRecording, roomRecording } from "./recordings.ts";
import { digest } from "./trace.ts";
import { worldProgram } from "./worldProgram.ts";

const seed = Number(process.argv[2]);
const PROGRAMS = 60;

function show(name: string, component: Uint8Array, recording: ReturnType<typeof roomRecording>): void {
  const { steps, fuel } = runOurs(component, recording);
  process.stdout.write(
    `${name} ${steps.length} callbacks, ${fuel} fuel, ${digest(Buffer.from(JSON.stringify(steps)))}\n`,
  );
}

for (const name of ["echo", "arena", "tictactoe"] as const)
  show(name, await sample(name), roomRecording(seed, 200));
show("score", await sample("score"), callRecording(seed, 60));
show("scribble", await fixture("scribble"), roomRecording(seed, 100));
for (let n = 0; n < PROGRAMS; n++) {
  show(`float program ${n}`, floatRoom(seed + n), roomRecording(seed + n, 12));
  show(`program ${n}`, roomComponent(worldProgram(seed + n)), roomRecording(seed + n, 12));
}
