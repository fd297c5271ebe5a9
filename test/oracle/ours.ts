/** A recording through the pipeline and the binder: what a node does. */
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { Guest } from "@rockpool/runtime/instance/guest.js";
import { hostImports } from "@rockpool/runtime/instance/hostImports.js";
import type { BytesOutcome, Outcome } from "@rockpool/runtime/instance/outcome.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { drive } from "./drive.ts";
import type { Recording } from "./input.ts";
import { hex, ScriptedHost } from "./scriptedHost.ts";
import { digest, type Step, type Trace } from "./trace.ts";

/** A trace, and the fuel that all its callbacks used together. */
export interface MeteredTrace extends Trace {
  readonly fuel: number;
}

/** @param fuel of each callback; without it, what the function's manifest asks for */
export function runOurs(component: Uint8Array, recording: Recording, fuel?: number): MeteredTrace {
  const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
  const host = new ScriptedHost(recording.seed);
  const module = new WebAssembly.Module(wasm);
  const guest = new Guest(module, hostImports, host, info.globals, fuel ?? info.manifest.limits.fuel);
  const room = new RoomGuest(guest);
  const steps: Step[] = [];
  let used = 0;
  for (const input of recording.inputs) {
    const outcome = drive(room, input);
    const effects = host.takeNotes();
    used += guest.fuelUsed;
    steps.push({ call: input.call, outcome: describe(outcome), effects, memory: digest(guest.bytes) });
    if (outcome.status === "fault") break;
  }
  return { steps, memory: guest.bytes.slice(), fuel: used };
}

function describe(outcome: Outcome | BytesOutcome): string {
  switch (outcome.status) {
    case "done":
      return "done";
    case "refused":
      return `refused ${JSON.stringify(outcome.reason)}`;
    case "bytes":
      return `bytes ${hex(outcome.bytes)}`;
    case "fault":
      return outcome.code === "trap" || outcome.code === "abi"
        ? "trap"
        : `fault ${outcome.code}: ${outcome.message}`;
  }
}
