/** Counts of what went wrong, by where, close code and reason; bounded, because a server chooses the reasons. */
export interface LoadErrorCount {
  /** `join`: before WELCOME. `play`: after it, and before the run was over. */
  phase: "join" | "play";
  /** WebSocket close code; HTTP status when the upgrade was refused; 0 when there was no connection. */
  code: number;
  reason: string;
  count: number;
}

const MAX_KINDS = 50;
const MAX_REASON = 160;

export class Tally {
  readonly #kinds = new Map<string, LoadErrorCount>();

  add(phase: LoadErrorCount["phase"], code: number, reason: string, count = 1): void {
    const text = reason.slice(0, MAX_REASON);
    const key = `${phase} ${code} ${text}`;
    const known = this.#kinds.get(key);
    if (known) known.count += count;
    else if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, { phase, code, reason: text, count });
    else this.#addToRest(phase, count);
  }

  merge(counts: LoadErrorCount[]): void {
    for (const { phase, code, reason, count } of counts) this.add(phase, code, reason, count);
  }

  /** The most frequent first. */
  counts(): LoadErrorCount[] {
    return [...this.#kinds.values()].sort((a, b) => b.count - a.count);
  }

  get total(): number {
    let total = 0;
    for (const { count } of this.#kinds.values()) total += count;
    return total;
  }

  #addToRest(phase: LoadErrorCount["phase"], count: number): void {
    const key = `${phase} rest`;
    const rest = this.#kinds.get(key);
    if (rest) rest.count += count;
    else this.#kinds.set(key, { phase, code: 0, reason: "other reasons", count });
  }
}
