/** Bounds on a core module. A module past one is refused; docs/limits.md repeats them. */

export const MODULE_LIMITS = {
  /**
   * Bytes of one function's body. V8 compiles a function at its first call on the calling thread, so a giant
   * one would stall a shard; interpreters' main loops stay under 100 KB.
   */
  bodyBytes: 262_144,
  /** Locals of one function: V8's baseline compiler clears each at every call. */
  locals: 2048,
  /** Elements of all tables at their start: 8 bytes and more each, in every instance. */
  tableElements: 65_536,
  /**
   * Fuel units of the longest path that passes no check: how much a callback can overrun its fuel. Large Rust
   * tools have 40,000.
   */
  uncheckedWork: 300_000,
  /** Stack slots of the longest chain of calls without recursion. */
  staticStack: 16_384,
} as const;

/**
 * Stack slots of 8 bytes that recursion may use: what the depth global should be set to before a callback.
 * With the static stack, 48 Ki slots or 384 KiB at most, of the 984 KiB that V8 gives a thread by default:
 * the guest runs out of depth, which is deterministic, before the host's stack overflows, which is not.
 */
export const DEPTH_BUDGET = 32_768;
