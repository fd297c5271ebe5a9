/** Runs the real command in a process of its own, away from the environment and data folder of whoever tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));

export interface Finished {
  code: number | null;
  out: string;
  err: string;
}

export interface RunOptions {
  folder: string;
  env?: Record<string, string>;
  input?: string;
}

/** Starts `rockpool` with these arguments. */
export function startCommand(args: string[], { folder, env, input }: RunOptions): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin!.end(input ?? "");
  return child;
}

/** Runs `rockpool` to its end. */
export async function runCommand(args: string[], options: RunOptions): Promise<Finished> {
  const child = startCommand(args, options);
  let [out, err] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}
