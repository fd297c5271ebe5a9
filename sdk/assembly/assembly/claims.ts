/**
 * What the node knows of a player that joins: names and values from its token. A view of the host's pairs,
 * valid until `onJoin` returns; only what is asked for is decoded.
 */
export class Claims {
  /** How many pairs there are. */
  length: i32 = 0;
  private at: usize = 0;

  /** @internal `at`: list<tuple<string, string>> of the canonical ABI, 16 bytes a pair. */
  open(at: usize, length: i32): Claims {
    this.at = at;
    this.length = length;
    return this;
  }

  /** The value of the first pair with this key, or null. */
  get(key: string): string | null {
    for (let i = 0; i < this.length; i++) {
      if (this.key(i) == key) return this.value(i);
    }
    return null;
  }

  /** The i-th key; "" outside 0 … length - 1. */
  key(i: i32): string {
    return this.part(i, 0);
  }

  /** The i-th value; "" outside 0 … length - 1. */
  value(i: i32): string {
    return this.part(i, 8);
  }

  private part(i: i32, offset: usize): string {
    if (<u32>i >= <u32>this.length) return "";
    const pair = this.at + ((<usize>i) << 4) + offset;
    return String.UTF8.decodeUnsafe(load<usize>(pair), load<usize>(pair, 4));
  }
}
