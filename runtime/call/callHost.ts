/** The host of call functions: real time, real randomness, and a log that travels back with the answer. */
import { randomFillSync } from "node:crypto";
import type { Verdict } from "../instance/roomHost.ts";
import { DiscardingHost } from "../instance/warmup.ts";

export class CallHost extends DiscardingHost {
  lines: [number, string][] = [];
  #logBytes = 0;
  readonly #random = new BigUint64Array(1);

  /** Before each call. @param logBytes how much text the call may log; the rest is dropped. */
  begin(logBytes: number): void {
    this.lines = [];
    this.#logBytes = logBytes;
  }

  override readonly log = (level: number, text: string): Verdict => {
    this.#logBytes -= text.length;
    if (this.#logBytes >= 0) this.lines.push([level, text]);
    return "ok";
  };

  /** Nanoseconds since the Unix epoch. */
  override readonly now = (): bigint => BigInt(Date.now()) * 1_000_000n;

  override readonly random = (): bigint => randomFillSync(this.#random)[0]!;
}
