/** Child processes of a test file: none outlives it, however it ends. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
// The runner ends a test file that hangs with SIGTERM; without a listener "exit" would not be emitted.
process.once("SIGTERM", () => process.exit(143));

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Started {
  child: ChildProcess;
  /** When its output is read to the end, too. */
  exited: Promise<Exit>;
}

/** Runs this Node.js with these arguments. */
export function spawnNode(args: readonly string[], options: SpawnOptions): Started {
  const child = spawn(process.execPath, args, options);
  running.add(child);
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  child.once("exit", () => running.delete(child));
  return { child, exited };
}

/** This process's environment without what would configure a node. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("ROCKPOOL_"));
  return { ...Object.fromEntries(kept), ...more };
}
