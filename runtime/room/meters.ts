/** What the rooms of a shard count and time, in plain fields that cost a store to update. */
import { Histogram } from "../telemetry/histogram.ts";

export class RoomMeters {
  /** Microseconds from asking for an instance until `create` has returned. */
  readonly claim = new Histogram();
  /** Microseconds from a join that finds no loaded image until that image is loaded. */
  readonly coldStart = new Histogram();
  /** Microseconds that ticks start after they were due. */
  readonly tickLate = new Histogram();
  /** Microseconds that ticks take, their effects included. */
  readonly tickRun = new Histogram();
  /** Microseconds that snapshots take. */
  readonly snapshot = new Histogram();
  /** Microseconds from a join that finds its room in the store until it is back. */
  readonly wake = new Histogram();
  /** Microseconds that a room waits while it is taken to another version. */
  readonly migration = new Histogram();
  snapshots = 0;
  /** Batches that the store could not write. */
  storeFailures = 0;
  /** Inputs that failed and were taken back. */
  rollbacks = 0;
  /** Rooms that went to sleep in the store. */
  roomsSlept = 0;
  /** Rooms that came back from the store, after a restart or a sleep. */
  roomsRestored = 0;
  /** Rooms that were taken to another version, and attempts after which a room stayed on its own. */
  roomsMigrated = 0;
  migrationsRefused = 0;
  roomsCreated = 0;
  roomsEnded = 0;
  roomsFailed = 0;
  ticks = 0;
  ticksDropped = 0;
  /** Ticks of rooms in debt (see timeShare.ts). */
  ticksSkipped = 0;
  /** Ticks that took longer than their period. */
  tickOverruns = 0;
  fuel = 0;
  guestLogBytesDropped = 0;
}
