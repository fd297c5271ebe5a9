/**
 * Programs of the benchmarks in processes of their own, asked over their IPC channel: a client's work must be on
 * nobody else's CPU bill, and must not share an event loop with what measures.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Channel, type Handlers, type Params, type Result, Rpc } from "@rockpool/runtime/shard/rpc.js";

/** What this process never asks of its children's side. */
type Nothing = Record<never, never>;

export class Child<Methods> {
  readonly #process: ChildProcess;
  readonly #rpc: Rpc<Nothing, Methods>;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#rpc = new Rpc<Nothing, Methods>(process as Channel);
  }

  /** @param program URL of the compiled program, which calls {@link serve} */
  static start<Methods>(program: URL): Child<Methods> {
    // Not this process's flags: a profiled or inspected bench would profile its clients too.
    return new Child<Methods>(fork(fileURLToPath(program), [], { execArgv: [], serialization: "advanced" }));
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Asks the program and waits as long as it lives. Rejects with RpcError. */
  ask<Name extends keyof Methods & string>(
    method: Name,
    params: Params<Methods[Name]>,
  ): Promise<Result<Methods[Name]>> {
    return this.#rpc.call(method, params, Number.POSITIVE_INFINITY);
  }

  /** Ends the program. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }
}

/** In the program: answers what its parent asks, and ends with it. */
export function serve<Methods>(handlers: Handlers<Methods>): void {
  new Rpc<Methods, Nothing>(process as Channel).handle(handlers);
  process.on("disconnect", () => process.exit(0));
}
