/** `rockpool replay`: runs a recorded match again, and says whether it came out the same. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { Recording } from "../../recording/recording.ts";
import { readRecording } from "../../recording/recording.ts";
import { RecordedMatch } from "../../room/recording/rerun.ts";
import { numberArgument } from "../arguments.ts";
import { NegativeResult } from "../failure.ts";
import { type NodeOptions, withNodeOptions } from "../nodeAddress.ts";
import { note, printJson, withProgress } from "../output.ts";
import { Dump } from "./dump.ts";
import { imageOf } from "./imageOf.ts";
import { printState, stateOf } from "./state.ts";
import { outcomeOf, printOutcome } from "./verdict.ts";

interface ReplayOptions extends NodeOptions {
  component?: string;
  until?: number;
  dump?: boolean;
  json?: boolean;
}

const NS_PER_SECOND = 1e9;

export function registerReplay(program: Command): void {
  const command = program
    .command("replay")
    .summary("run a recorded match again")
    .description(
      "Runs a recording's inputs through the same code at full speed, and compares the room's state with what was " +
        "recorded. The component is the one inside the recording, that of --component, or the node's.",
    )
    .argument("<file>", 'recording, as "rockpool record --fetch" writes it')
    .option("--component <file>", "component of the function, the very version that was recorded")
    .option("--until <seconds>", "stop after this much room time, and show the room's state", numberArgument)
    .option("--dump", "print the inputs, one a line; with --until those up to then, and the state")
    .option("--json", "print as JSON, one object a line");
  withNodeOptions(command).action(replay);
}

async function replay(file: string, options: ReplayOptions): Promise<void> {
  const recording = readRecording(readFileSync(file));
  warnOfTail(recording);
  const untilNs = (options.until ?? Number.POSITIVE_INFINITY) * NS_PER_SECOND;
  const image = await withProgress("preparing the component", imageOf(recording, options));
  const match = new RecordedMatch(recording, image);
  const started = performance.now();
  const dump = options.dump ? new Dump(options.json === true) : null;
  const rerun = match.run(untilNs, dump && ((...input) => dump.add(...input)));
  dump?.flush();
  const outcome = outcomeOf(recording, match, rerun, performance.now() - started);
  const state = options.until === undefined ? null : stateOf(match);
  if (options.json) {
    printJson(state === null ? outcome : { ...outcome, state });
  } else {
    if (state !== null) printState(state);
    printOutcome(outcome);
  }
  if (rerun.status !== "same") throw new NegativeResult();
}

function warnOfTail({ tail, sequence, end }: Recording): void {
  if (tail.status === "torn") {
    note(`the recording is torn at byte ${tail.at}: what follows input ${sequence} is left out`);
  } else if (end === null) {
    note(
      `the recording does not end: it stops at input ${sequence}, where its shard died or is still writing`,
    );
  } else if (end.reason === "failed") {
    note(`the room failed behind input ${sequence}; the node's log says why`);
  }
}
