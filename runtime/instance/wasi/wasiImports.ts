/**
 * WASI 0.2, as far as image/wasi.ts offers it, bound to the room: its log, its time, its random numbers. Nothing here
 * keeps state, so an instance's snapshot is complete without it.
 */
import * as clocks from "./clocks.ts";
import { poll } from "./poll.ts";
import * as process from "./process.ts";
import * as random from "./random.ts";
import * as streams from "./streams.ts";

export const wasiImports: Record<string, Record<string, unknown>> = {
  "wasi:cli/environment": process.environment,
  "wasi:cli/exit": process.exit,
  "wasi:cli/stdin": streams.stdin,
  "wasi:cli/stdout": streams.stdout,
  "wasi:cli/stderr": streams.stderr,
  "wasi:clocks/monotonic-clock": clocks.monotonicClock,
  "wasi:clocks/wall-clock": clocks.wallClock,
  "wasi:io/error": streams.errors,
  "wasi:io/poll": poll,
  "wasi:io/streams": streams.streams,
  "wasi:random/random": random.random,
  "wasi:random/insecure": random.insecure,
  "wasi:random/insecure-seed": random.insecureSeed,
};
