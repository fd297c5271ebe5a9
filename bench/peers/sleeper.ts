/**
 * The machine's noise floor for ticks: a bare Node.js process that sleeps on one timer with the schedule of as many
 * rooms, does nothing when it wakes, and records how late it was, in the same histogram.
 */
import { fileURLToPath } from "node:url";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { HistogramState } from "@rockpool/runtime/telemetry/stats.js";
import { serve } from "../process/child.ts";

export interface SleeperMethods {
  /** Begins to keep the schedule of `rooms` rooms at `hz` ticks a second, evenly spread over the period. */
  start(schedule: { rooms: number; hz: number }): void;
  /** Stops and answers the lateness since `start`, in microseconds. */
  stop(): HistogramState;
}

export const SLEEPER = new URL(import.meta.url);

class Sleeper {
  readonly late = new Histogram();
  readonly #spacingMs: number;
  #dueMs: number;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;

  constructor(rooms: number, hz: number) {
    this.#spacingMs = 1000 / (rooms * hz);
    this.#dueMs = performance.now() + this.#spacingMs;
    this.#sleep();
  }

  readonly #wake = (): void => {
    let now = performance.now();
    while (this.#dueMs <= now) {
      this.late.record((now - this.#dueMs) * 1000);
      this.#dueMs += this.#spacingMs;
      now = performance.now();
    }
    this.#sleep();
  };

  #sleep(): void {
    const waitMs = this.#dueMs - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(this.#wake, waitMs);
    else this.#immediate = setImmediate(this.#wake);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#immediate) clearImmediate(this.#immediate);
  }
}

let sleeper: Sleeper | null = null;

function start({ rooms, hz }: { rooms: number; hz: number }): void {
  sleeper?.stop();
  sleeper = new Sleeper(rooms, hz);
}

function stop(): HistogramState {
  if (sleeper === null) throw new Error("the sleeper was not started");
  sleeper.stop();
  return sleeper.late.state();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve<SleeperMethods>({ start, stop });
