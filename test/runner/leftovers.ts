/** What a run of the tests left behind: processes (and with them ports), and temporary files. */
import { readdirSync, readFileSync } from "node:fs";

/** Set in the environment of every test process, to a value of this run's own. */
export const RUN_VARIABLE = "ROCKPOOL_TEST_RUN";

/** A process that was told to end may need a moment. */
const PATIENCE_MS = 10_000;

/** Entries of the run's temporary folder. */
export function leftFiles(temporary: string): string[] {
  // Node.js keeps compiled code there where NODE_COMPILE_CACHE is on, and no test has a say in it.
  return readdirSync(temporary).filter((name) => name !== "node-compile-cache");
}

export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes of this run that do not end by themselves; always none where there is no /proc. */
export async function leftProcesses(run: string, root: string): Promise<LeftProcess[]> {
  if (process.platform !== "linux") return [];
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = processesOf(run, root);
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends them: one that has a test file's output keeps the runner alive, also once that file was cut off. */
export function endProcesses(processes: readonly LeftProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/**
 * Processes with this run's mark, and those that this repository's code started without it (shards do not see
 * the environment of their supervisor) in this process group.
 */
function processesOf(run: string, root: string): LeftProcess[] {
  const own = groupOf("self");
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const marked = readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${RUN_VARIABLE}=${run}`);
        const isShard = groupOf(pid) === own && command.includes(`${root}runtime/dist/`);
        return marked || isShard ? [{ pid: Number(pid), command: command.slice(0, 200) }] : [];
      } catch {
        // It has ended meanwhile, or is another user's.
        return [];
      }
    });
}

/** The process group of a process. */
function groupOf(pid: string): string {
  // The command in parentheses may hold spaces; after it come state, parent and group.
  return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ")[2]!;
}
