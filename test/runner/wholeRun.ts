/** One run of test files, from its temporary folder to what was left behind. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endProcesses, leftFiles, leftProcesses, RUN_VARIABLE } from "./leftovers.ts";
import { runFiles } from "./runFiles.ts";

export interface RunOptions {
  readonly root: string;
  /** A program to run first; none where it is left out. */
  readonly prepare?: string;
  /** For a whole file, in milliseconds; one that takes longer hangs, and fails. */
  readonly fileTimeoutMs: number;
}

/** Prints the report, and answers what was wrong beside the failures: nothing is what there should be. */
export async function wholeRun(
  files: readonly string[],
  options: RunOptions,
): Promise<{ passed: number; failed: number; wrong: string[] }> {
  const { root, prepare, fileTimeoutMs } = options;
  // A folder of its own for everything temporary, so that what is left in it at the end was left by a test.
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "rockpool-test-")));
  process.env.TMPDIR = temporary;
  process.env[RUN_VARIABLE] = temporary;
  const wrong: string[] = [];
  try {
    process.stdout.write(`${files.length} test files on Node.js ${process.version}\n`);
    // Test files run at the same time, and would build the same components at the same time.
    if (prepare !== undefined) execFileSync(process.execPath, [prepare], { stdio: "inherit" });
    const totals = await runFiles(files, root, fileTimeoutMs);
    const processes = await leftProcesses(temporary, root);
    endProcesses(processes);
    if (processes.length > 0) wrong.push("the tests left processes behind:", ...processes.map(line));
    const left = leftFiles(temporary);
    if (left.length > 0) wrong.push("the tests left files behind in the temporary folder:", ...left);
    return { ...totals, wrong };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function line({ pid, command }: { pid: number; command: string }): string {
  return `${pid} ${command}`;
}
