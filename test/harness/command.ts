/** Runs the `rockpool` command as a shell would. */
import type { Readable } from "node:stream";
import { CLI } from "./node.ts";
import { plainEnvironment, type Started, spawnNode } from "./processes.ts";
import { until, within } from "./until.ts";

/** Builds take seconds, and the machine may be busy. */
const PATIENCE_MS = 120_000;

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** What the command reads from stdin; without it stdin is empty. */
  input?: string | Uint8Array;
}

/** Runs a command to its end. */
export async function rockpool(args: readonly string[], options: CommandOptions = {}): Promise<Ran> {
  const command = new RunningCommand(args, options);
  const { code } = await within(`the end of "rockpool ${args.join(" ")}"`, command.exited, PATIENCE_MS);
  return { code, stdout: command.stdout, stderr: command.stderr };
}

/** A command that goes on until it is told to stop, such as `dev`. */
export class RunningCommand {
  stdout = "";
  stderr = "";
  readonly #process: Started;

  constructor(args: readonly string[], { cwd, env, input }: CommandOptions = {}) {
    this.#process = spawnNode([CLI, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      env: plainEnvironment(env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.#process.child;
    collect(stdout!, (text) => {
      this.stdout += text;
    });
    collect(stderr!, (text) => {
      this.stderr += text;
    });
    // A command that fails at once does not read it.
    stdin!.on("error", () => {});
    stdin!.end(input);
  }

  get exited(): Started["exited"] {
    return this.#process.exited;
  }

  /** Resolves when what it printed, on either stream, matches; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`${pattern} from the command`, () => {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (match === null && this.#process.child.exitCode !== null) {
        throw new Error(`the command ended: ${this.stdout}${this.stderr}`);
      }
      return match;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.child.kill(signal);
  }
}

function collect(stream: Readable, add: (text: string) => void): void {
  stream.setEncoding("utf8");
  stream.on("data", add);
}
