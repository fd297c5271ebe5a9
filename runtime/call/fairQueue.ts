/**
 * What waits, by key, in turns: one of each key and then the next of each, so that a function with a thousand
 * waiting calls holds up another's only by one.
 */
export class FairQueue<Item> {
  /** In the order of their turns; a key without items is not here. */
  readonly #byKey = new Map<string, Item[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(key: string, item: Item): void {
    const items = this.#byKey.get(key);
    if (items === undefined) this.#byKey.set(key, [item]);
    else items.push(item);
    this.#size++;
  }

  /** Puts items back that were taken and must not lose their place among those of their key. */
  putBack(key: string, item: Item): void {
    const items = this.#byKey.get(key);
    if (items === undefined) this.#byKey.set(key, [item]);
    else items.unshift(item);
    this.#size++;
  }

  /** The next item; its key's turn comes again after all others. */
  shift(): Item | undefined {
    for (const [key, items] of this.#byKey) {
      const item = items.shift();
      this.#byKey.delete(key);
      if (items.length > 0) this.#byKey.set(key, items);
      this.#size--;
      return item;
    }
    return undefined;
  }

  /** Takes out the first items of each key for as long as `which` says so. */
  takeFirst(which: (item: Item) => boolean): Item[] {
    const taken: Item[] = [];
    for (const [key, items] of this.#byKey) {
      while (items.length > 0 && which(items[0]!)) taken.push(items.shift()!);
      if (items.length === 0) this.#byKey.delete(key);
    }
    this.#size -= taken.length;
    return taken;
  }
}
