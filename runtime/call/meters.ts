/** What the calls of a shard count and time. */
import { Histogram } from "../telemetry/histogram.ts";

export class CallMeters {
  /** Calls that were taken in, whatever became of them. */
  calls = 0;
  /** Trapped, out of fuel, or their thread died. */
  failed = 0;
  /** Ran for longer than `callSeconds`. */
  overTime = 0;
  /** Turned away, or given up while they waited. */
  busy = 0;
  fuel = 0;
  guestLogBytesDropped = 0;
  /** Microseconds from a request until its outcome, waiting included. */
  readonly total = new Histogram();
  /** Microseconds in the thread. */
  readonly run = new Histogram();
}
