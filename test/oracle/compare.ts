/**
 * A recording on both sides, under the same limits. The memory's cap is given to the reference. Fuel it does not
 * know, so the node's side gets as much as a node ever grants: how a budget cuts a callback short is metering's matter.
 */
import { DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import type { Recording } from "./input.ts";
import type { JcoReference } from "./jco.ts";
import { runOurs } from "./ours.ts";
import { assertSameTrace } from "./trace.ts";

/** How much of a recording was compared. */
export type Compared = "whole" | "until-out-of-fuel";

/**
 * Fails at the first difference. A callback that uses up even the most fuel may never end on the reference, as where
 * a guest has destroyed its own heap: then what comes before it is compared.
 */
export function assertSame(
  component: Uint8Array,
  reference: JcoReference,
  recording: Recording,
  what: string,
): Compared {
  const { fuel } = DEFAULT_NODE_MAXIMA;
  const ours = runOurs(component, recording, fuel);
  const outOfFuel = ours.steps.findIndex(({ outcome }) => outcome.startsWith("fault out-of-fuel"));
  if (outOfFuel < 0) {
    assertSameTrace(ours, reference.run(recording), what);
    return "whole";
  }
  const before = { ...recording, inputs: recording.inputs.slice(0, outOfFuel) };
  assertSameTrace(runOurs(component, before, fuel), reference.run(before), what);
  return "until-out-of-fuel";
}
