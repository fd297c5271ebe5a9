/**
 * The host's side of a room as a plain value: with memory and globals all that a callback's outcome depends
 * on. Its times are room time, but for the moment at which it was taken.
 */

/** Name and value pairs, as a token's claims and a listing are. */
export type Pairs = readonly (readonly [string, string])[];

export interface SeatState {
  player: number;
  claims: Pairs;
  /** Serial numbers of the newest resume token, and of the oldest that is still good. */
  serial: number;
  oldestSerial: number;
  /** Whether the game was told that the player is away. */
  dropped: boolean;
  /** Why the player is about to leave (ordinal of the WIT's leave-reason), or null. */
  leaving: number | null;
  /** DATA frames taken in from the player. */
  received: number;
  /** DATA frames sent to the player. */
  sent: number;
  /** How many of the frames sent before the room last went back are still true; null: it did not. */
  agreed: number | null;
  /** The last frames sent, in order; the last one is number `sent`. */
  frames: readonly Uint8Array[];
  /** Inputs of this player that failed. */
  strikes: number;
}

export interface TimerState {
  id: number;
  /** Nanoseconds of room time. */
  dueNs: number;
}

export interface HostState {
  /** The id that the next player gets. */
  nextPlayer: number;
  /** In ascending order of players. */
  seats: readonly SeatState[];
  /** In the order in which they are due; of those due at once, in the order in which they will fire. */
  timers: readonly TimerState[];
  /** Room time, and where the current tick period began, in nanoseconds. */
  timeNs: number;
  anchorNs: number;
  /** Ticks a second; 0: none. */
  tickRate: number;
  /** State of the random numbers: four 32-bit words. */
  random: Uint32Array;
  /** What resume tokens are made with: 16 bytes. */
  secret: Uint8Array;
  /** How often the room went back to an earlier durable state. */
  epoch: number;
  values: readonly (readonly [string, Uint8Array])[];
  listing: Pairs;
  locked: boolean;
  /** Fuel used since create. */
  fuel: number;
  ticks: number;
  dropped: number;
  skipped: number;
  /** When callbacks failed of late, in nanoseconds of room time, oldest first. */
  faults: readonly number[];
  /** When it was taken, in Unix milliseconds, and how long the room had been empty by then. */
  takenMs: number;
  emptyMs: number;
  /** Key of the network address that made the room; empty when there was none. */
  addressKey: string;
}
