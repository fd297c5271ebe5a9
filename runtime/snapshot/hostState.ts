/**
 * The host's side of a room as a plain value: with memory and globals all that a callback's outcome depends
 * on. It holds no clock time: times are room time, and what is left of a grace period is a duration.
 */

/** Name and value pairs, as a token's claims and a listing are. */
export type Pairs = readonly (readonly [string, string])[];

export interface SeatState {
  player: number;
  /** Milliseconds of grace left, or null while the player is connected. */
  graceMs: number | null;
  claims: Pairs;
  /** Hash of the seat's resume token, and of the one before while that is still valid; up to 64 bytes each. */
  token: Uint8Array | null;
  previousToken: Uint8Array | null;
  /** DATA frames taken in from the player. */
  received: number;
  /** DATA frames sent to the player. */
  sent: number;
  /** The highest number of a DATA frame that the player has acknowledged. */
  acked: number;
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
  /** What the random numbers began with. */
  seed: Uint32Array;
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
  /** Key of the network address that made the room; empty when there was none. */
  addressKey: string;
}
