/**
 * A growing list of records of a message. Its records are kept when it is cleared, and filled again by the next
 * message, so a list that is used every tick makes no garbage.
 */
export class Records<T> {
  private items: T[] = [];
  private count: i32 = 0;

  get length(): i32 {
    return this.count;
  }

  /** Traps when there is none at `index`. */
  @operator("[]")
  get(index: i32): T {
    if (<u32>index >= <u32>this.count) throw new RangeError("there is no record " + index.toString());
    return unchecked(this.items[index]);
  }

  /** @internal Like `[]`, for an index below `length`. */
  at(index: i32): T {
    return unchecked(this.items[index]);
  }

  /** One record more, cleared, to be filled in. */
  add(): T {
    const record = this.next();
    record.clear();
    return record;
  }

  /** @internal One record more, with what it held before. */
  next(): T {
    const index = this.count;
    if (index == this.items.length) this.items.push(instantiate<T>());
    this.count = index + 1;
    return unchecked(this.items[index]);
  }

  /** No records; what they held is gone once they are added again. */
  clear(): void {
    this.count = 0;
  }
}
