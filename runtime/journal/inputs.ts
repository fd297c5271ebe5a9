/** What happens to a room: every input is one callback, or one change that the host alone makes. */

export const InputKind = {
  /** config */
  Create: 1,
  /** player, claims, token hash */
  Join: 2,
  /** player, bytes */
  Message: 3,
  /** count: so many ticks in a row, each one period further in room time */
  Tick: 4,
  /** id */
  Timer: 5,
  /** player */
  Drop: 6,
  /** player, token hash */
  Rejoin: 7,
  /** player, why (ordinal of the WIT's leave-reason) */
  Leave: 8,
  /** text */
  Fault: 9,
  Close: 10,
  /** tag, bytes: a change of the host's state without a callback */
  Host: 11,
} as const;
export type InputKind = (typeof InputKind)[keyof typeof InputKind];

/** Set in the kind of a record whose time is written whole. */
export const WHOLE_TIME = 0x80;
