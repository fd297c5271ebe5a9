/** What came of a replay, for programs and for people. */
import type { StatePart } from "../../recording/marks.ts";
import type { Recording } from "../../recording/recording.ts";
import type { RecordedMatch, Rerun } from "../../room/recording/rerun.ts";
import { formatAge, harmless, printLine } from "../output.ts";

export interface Outcome {
  status: Rerun["status"];
  function: string;
  room: string;
  /** Inputs run, and the room time that they took, in seconds. */
  inputs: number;
  time: number;
  /** Marks that had the recorded state. */
  marks: number;
  /** Room time over the time that the replay took. */
  speedup: number;
  /** Whether the last bytes of the recording were left out. */
  torn: boolean;
  /** Why the recording ends; null where it does not say. */
  end: string | null;
  /** The first difference: the mark's input, its room time in seconds, and what is another there. */
  difference?: { input: number; time: number; parts: readonly StatePart[] };
  /** The input that could not be run. */
  failure?: { input: number; message: string };
}

const NS_PER_SECOND = 1e9;

/** @param tookMs milliseconds. */
export function outcomeOf(recording: Recording, match: RecordedMatch, rerun: Rerun, tookMs: number): Outcome {
  const { header, tail, end } = recording;
  const time = match.machine.state.time.ns / NS_PER_SECOND;
  const outcome: Outcome = {
    status: rerun.status,
    function: header.function,
    room: header.room,
    inputs: match.sequence,
    time,
    marks: rerun.marks,
    speedup: (time * 1000) / tookMs,
    torn: tail.status === "torn",
    end: end?.reason ?? null,
  };
  if (rerun.status === "differs") {
    const { sequence, timeNs } = rerun.mark;
    outcome.difference = { input: sequence, time: timeNs / NS_PER_SECOND, parts: rerun.parts };
  } else if (rerun.status === "failed") {
    outcome.failure = { input: rerun.sequence, message: rerun.message };
  }
  return outcome;
}

export function printOutcome(outcome: Outcome): void {
  const { inputs, time, marks, speedup, difference, failure } = outcome;
  const room = `${harmless(outcome.function)}/${harmless(outcome.room)}`;
  const ran = `${inputs} inputs, ${formatAge(time * 1000)} of room time, ${Math.round(speedup)} times as fast as it was`;
  if (difference !== undefined) {
    const what = difference.parts.join(" and ");
    printLine(
      `${room}: DIFFERS at input ${difference.input}, ${difference.time.toFixed(3)} s: ${what} not as recorded`,
    );
    printLine(`  ${marks === 0 ? "no mark before it was" : `${marks} marks before it were`} the same`);
  } else if (failure !== undefined) {
    printLine(
      `${room}: FAILED at input ${failure.input}, ${time.toFixed(3)} s: ${harmless(failure.message)}`,
    );
    printLine(`  ${marks} marks before it were the same`);
  } else if (marks === 0) {
    printLine(`${room}: ran (${ran}), with no mark to compare with`);
  } else {
    printLine(`${room}: the same at all ${marks} marks (${ran})`);
  }
}
