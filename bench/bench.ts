/** What a benchmark is: a name, a way to run it, and figures under stable names. */
import type { Stage } from "./stage.ts";

/** Metric names end in their unit: Us, Ms, KB, Percent, Ratio; others are counts. */
export type Metrics = Record<string, number>;

export interface BenchResult {
  bench: string;
  /** Measurements behind the bench's first metric. */
  samples: number;
  metrics: Metrics;
}

export interface Run {
  /** A few seconds in all: the same code path with fewer samples, to see that it works, not to quote. */
  readonly quick: boolean;
  readonly stage: Stage;
  /** Says what is being done, for people; never part of the result. */
  note(text: string): void;
}

export interface Bench {
  readonly name: string;
  /** One line for `--help` and the docs. */
  readonly about: string;
  run(run: Run): Promise<Omit<BenchResult, "bench">>;
}
