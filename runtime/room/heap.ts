/**
 * A binary min-heap by due time whose items know their place, so that moving or removing one costs log n and
 * nothing is allocated. Each item is in at most one heap.
 */

export interface Due {
  /** A time, in whatever unit the heap's owner counts. */
  due: number;
  /** Its place in the heap, -1 while it is in none; written by the heap alone. */
  heapIndex: number;
}

export class DueHeap<T extends Due> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The item that is due first. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Puts an item in, or moves it, to the given time. */
  set(item: T, due: number): void {
    item.due = due;
    if (item.heapIndex < 0) {
      item.heapIndex = this.#items.length;
      this.#items.push(item);
    }
    this.#up(item);
    this.#down(item);
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    const last = this.#items.pop()!;
    item.heapIndex = -1;
    if (last === item) return;
    this.#place(last, index);
    this.#up(last);
    this.#down(last);
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }

  #up(item: T): void {
    let index = item.heapIndex;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex]!;
      if (parent.due <= item.due) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(item, index);
  }

  #down(item: T): void {
    const count = this.#items.length;
    let index = item.heapIndex;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= count) break;
      if (childIndex + 1 < count && this.#items[childIndex + 1]!.due < this.#items[childIndex]!.due)
        childIndex++;
      const child = this.#items[childIndex]!;
      if (child.due >= item.due) break;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(item, index);
  }
}
