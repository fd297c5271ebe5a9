/**
 * The limits of a function: one table that the manifest, the node's configuration, the runtime and
 * docs/limits.md read. A function asks for a value in its manifest; a node grants at most its own maximum.
 */

export interface LimitSpec {
  readonly default: number;
  /** The smallest value a manifest may ask for. */
  readonly min: number;
  /** The largest value a node grants unless its configuration says otherwise. */
  readonly max: number;
  readonly unit: string;
  /** What it bounds, and what happens at the bound. */
  readonly meaning: string;
}

export const FUNCTION_LIMITS = {
  fuel: {
    default: 10_000_000,
    min: 10_000,
    max: 1_000_000_000,
    unit: "fuel units a callback",
    meaning: "Deterministic work of one callback; past it the callback traps and is taken back.",
  },
  memoryPages: {
    default: 256,
    min: 1,
    max: 4096,
    unit: "pages of 64 KiB",
    meaning: "Linear memory of an instance; memory.grow past it answers -1.",
  },
  messagesPerCallback: {
    default: 4096,
    min: 1,
    max: 65_536,
    unit: "sends and broadcasts",
    meaning: "Host effects one callback may ask for; past it the callback fails and is taken back.",
  },
  bytesPerCallback: {
    default: 1_048_576,
    min: 1024,
    max: 16_777_216,
    unit: "bytes",
    meaning: "Payload bytes one callback may hand to the host; past it the callback fails and is taken back.",
  },
  timers: {
    default: 1024,
    min: 0,
    max: 65_536,
    unit: "timers a room",
    meaning: "Pending timers; past it the callback fails and is taken back.",
  },
  values: {
    default: 1024,
    min: 0,
    max: 65_536,
    unit: "keys a room",
    meaning: "Keys in the room's values; past it the callback fails and is taken back.",
  },
  valueBytes: {
    default: 65_536,
    min: 0,
    max: 1_048_576,
    unit: "bytes a value (keys: 256)",
    meaning: "Size of one value; past it the callback fails and is taken back.",
  },
  listingPairs: {
    default: 32,
    min: 0,
    max: 256,
    unit: "pairs a room, 256 bytes each side",
    meaning: "Listing entries; past it the callback fails and is taken back.",
  },
  logBytes: {
    default: 16_384,
    min: 0,
    max: 1_048_576,
    unit: "bytes a room a second",
    meaning: "Guest log text; what is over is dropped and counted.",
  },
  resumeBytes: {
    default: 65_536,
    min: 0,
    max: 1_048_576,
    unit: "bytes a seat",
    meaning:
      "Unacknowledged frames kept for a player who reconnects, 4 bytes added to each; past it the oldest go, and WELCOME's `sent` tells how many were missed.",
  },
  messageRate: {
    default: 120,
    min: 1,
    max: 10_000,
    unit: "frames a connection a second",
    meaning:
      "Sustained rate of a player's frames, with a burst of twice that; past it the connection closes with 4008.",
  },
  frameBytes: {
    default: 16_384,
    min: 16,
    max: 1_048_576,
    unit: "bytes",
    meaning: "Largest frame of a player; past it the connection closes with 4011.",
  },
  callSeconds: {
    default: 5,
    min: 1,
    max: 60,
    unit: "seconds a call",
    meaning: "Wall time of one call of a call function; past it the call is ended and answered with 504.",
  },
} as const satisfies Record<string, LimitSpec>;

export type LimitName = keyof typeof FUNCTION_LIMITS;
/** A value for every limit. */
export type FunctionLimits = Record<LimitName, number>;

export const LIMIT_NAMES = Object.keys(FUNCTION_LIMITS) as LimitName[];

/** The defaults, with what `asked` names put over them. */
export function withDefaultLimits(asked: Partial<FunctionLimits>): FunctionLimits {
  const limits = {} as FunctionLimits;
  for (const name of LIMIT_NAMES) limits[name] = asked[name] ?? FUNCTION_LIMITS[name].default;
  return limits;
}
