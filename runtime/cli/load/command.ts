/** `rockpool load`: options in, report out. */
import { type Command, Option } from "commander";
import { numberArgument } from "../arguments.ts";
import { NegativeResult } from "../failure.ts";
import { printJson } from "../output.ts";
import { type LoadOptions, planLoad } from "./plan.ts";
import { runLoad } from "./run.ts";
import { ProgressLines, showReport } from "./show.ts";
import { checkTarget } from "./target.ts";

/** What a shell reports for a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

const EXPLANATION = `
Every player sends at a fixed rate, whether or not answers come, and each round trip is counted from the moment
the schedule wanted the send: a node that stalls for a second has a second in its figures (no coordinated omission).

Modes:
  ping  The round trip is that of PING frames. Works with every room function; the answer shows how long a
        frame waits for the room's shard, its callbacks included. With --bytes each PING is followed by a DATA
        frame of that many random bytes for the function.
  echo  The round trip is that of DATA frames through the function, which must send them back to the player
        (alone or by broadcast) with their first 12 bytes unchanged, as the sample function echo does.

"sent late" in the report is the part of the round trips for which the tester itself was late: when it is large,
use more threads or another machine. A player counts all its frames against the function's limit messageRate.

The exit code is 0 when all players joined, none lost its connection, something was answered, and --max-p99 held.`;

export function registerLoad(program: Command): void {
  program
    .command("load")
    .summary("measure a function under load")
    .description(
      "Plays a function with many players at once and reports percentiles of join time and round trip.",
    )
    .argument("<function>", "room function to play; its rooms must be created by joining")
    .option("--players <n>", "players in all", numberArgument, 50)
    .option("--rooms <m>", "rooms they are spread over", numberArgument, 10)
    .option("--rate <hz>", "sends of each player a second", numberArgument, 20)
    .option("--duration <s>", "seconds of play, after all have joined", numberArgument, 10)
    .option(
      "--ramp <s>",
      "seconds over which joins are spread (default: one for each 500 players)",
      numberArgument,
    )
    .option("--bytes <b>", "payload of a DATA frame (default: echo 32, ping none)", numberArgument)
    .addOption(
      new Option("--mode <mode>", "what the round trip is measured by")
        .choices(["ping", "echo"])
        .default("ping"),
    )
    .option(
      "--threads <t>",
      "client threads (default: one for each 250 players, at most the cores)",
      numberArgument,
    )
    .option("--url <url>", "base address of the node", "ws://127.0.0.1:7777")
    .option("--max-p99 <ms>", "fail (exit code 1) when the p99 of the round trip is longer", numberArgument)
    .option("--json", "print the report as one JSON object")
    .addHelpText("after", EXPLANATION)
    .action(load);
}

async function load(functionName: string, options: LoadOptions & { json?: boolean }): Promise<void> {
  const plan = planLoad(functionName, options);
  await checkTarget(plan);
  const progress = new ProgressLines(plan);
  const interrupted = new AbortController();
  // The second Ctrl-C finds no listener and ends the program at once.
  process.once("SIGINT", () => interrupted.abort());
  const report = await runLoad(plan, {
    onProgress: (phase, total) => progress.show(phase, total),
    signal: interrupted.signal,
  });
  if (options.json) printJson(report);
  else showReport(report);
  if (interrupted.signal.aborted) process.exitCode = INTERRUPTED;
  else if (!report.passed) throw new NegativeResult("the load test did not pass");
}
