/**
 * Why the current callback says no. It is sticky until the callback returns, so a game that goes on after
 * `refuse` has still refused, and the host discards what it did.
 */

let reason: string | null = null;

/**
 * Refuses: the room is not created, the player does not join, the state is not saved or restored, the call
 * fails, with this reason. Return after it. Elsewhere it has no effect.
 */
export function refuse(why: string): void {
  reason = why;
}

/** @internal The reason given since the last call of this, or null. */
export function takeRefusal(): string | null {
  const taken = reason;
  reason = null;
  return taken;
}
