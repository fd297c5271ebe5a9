/**
 * When each send of a thread is due. The schedule is fixed before the run and knows nothing of answers: a late
 * server delays no send, and each round trip is counted from the due time. Otherwise a stalled server would be
 * measured only while it is quick ("coordinated omission", Tene).
 *
 * All players of a thread send at one rate, evenly staggered, so the sends of a thread are one sequence
 * n = round × players + player. Due times are whole milliseconds: the pacer wakes a thread once for each.
 */
export class Schedule {
  readonly players: number;
  /** Sends of all players together. */
  readonly total: number;
  readonly #spacingMs: number;

  /** @param rate sends of a player a second */
  constructor(players: number, rate: number, durationS: number) {
    this.players = players;
    this.total = Math.max(1, Math.floor(rate * players * durationS));
    this.#spacingMs = 1000 / (rate * players);
  }

  /** Milliseconds from the start to send `n`. */
  due(n: number): number {
    return Math.floor(n * this.#spacingMs);
  }
}

/** Players of thread `thread`: those whose number leaves it as the remainder. */
export function playersOfThread(players: number, threads: number, thread: number): number[] {
  const own: number[] = [];
  for (let player = thread; player < players; player += threads) own.push(player);
  return own;
}

/** Milliseconds of the monotonic clock, which all threads of the process share. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
