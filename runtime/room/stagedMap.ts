/**
 * A map whose writes within a callback take effect when it returns and vanish when it fails; reads within the
 * callback see them.
 */

export class StagedMap<V> {
  /** Made with the first commit: most rooms never write. */
  #committed: Map<string, V> | null = null;
  #staged: Map<string, V | null> | null = null;
  #size = 0;

  get(key: string): V | undefined {
    const staged = this.#staged?.get(key);
    if (staged === null) return undefined;
    return staged ?? this.#committed?.get(key);
  }

  /** Entries, staged writes counted. */
  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): void {
    if (!this.has(key)) this.#size++;
    this.#staged ??= new Map();
    this.#staged.set(key, value);
  }

  delete(key: string): void {
    if (!this.has(key)) return;
    this.#size--;
    this.#staged ??= new Map();
    this.#staged.set(key, null);
  }

  commit(): void {
    if (this.#staged === null) return;
    this.#committed ??= new Map();
    for (const [key, value] of this.#staged) {
      if (value === null) this.#committed.delete(key);
      else this.#committed.set(key, value);
    }
    this.#staged = null;
  }

  discard(): void {
    this.#staged = null;
    this.#size = this.#committed?.size ?? 0;
  }

  /** Starts from these entries. */
  restore(entries: readonly (readonly [string, V])[]): void {
    this.#committed = entries.length === 0 ? null : new Map(entries);
    this.discard();
  }

  /** Committed entries. */
  entries(): [string, V][] {
    return [...(this.#committed ?? [])];
  }
}
