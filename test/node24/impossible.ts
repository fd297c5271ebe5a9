/** Why the tests cannot run on another Node.js here; the message completes "cannot run here: …". */
import { spawnSync } from "node:child_process";

export class Impossible extends Error {
  override readonly name = "Impossible";
  readonly code = "impossible";
}

/** Runs a program to its end and returns its output. @throws Impossible when it is missing or fails */
export function mustRun(program: string, args: readonly string[], cwd?: string): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    cwd,
    maxBuffer: 1e8,
  });
  if (error) throw new Impossible(`${program} cannot be run (${error.message})`);
  if (status === 0) return stdout;
  const lastLines = `${stderr}${stdout}`.trim().split("\n").slice(-5).join("\n");
  throw new Impossible(`"${program} ${args.join(" ")}" failed:\n${lastLines}`);
}
