/** Appends locals to a function, each on its first use, so that no existing local is renumbered. */
import { VALUE_TYPE } from "./module.ts";
import type { Sink } from "./sink.ts";

export class LocalPool {
  readonly #first: number;
  readonly #types: number[] = [];
  readonly #named = new Map<string, number>();

  /** `first` is the number of parameters and locals that the function has. */
  constructor(first: number) {
    this.#first = first;
  }

  #local(name: string, type: number): number {
    let local = this.#named.get(name);
    if (local === undefined) {
      local = this.#first + this.#types.length;
      this.#named.set(name, local);
      this.#types.push(type);
    }
    return local;
  }

  /** i64: the fuel, or what of it is in hand while it is charged. */
  get fuel(): number {
    return this.#local("fuel", VALUE_TYPE.i64);
  }

  /** i32: the depth at the charge point. */
  get depth(): number {
    return this.#local("depth", VALUE_TYPE.i32);
  }

  /** i32: a length that is charged for. */
  get length(): number {
    return this.#local("length", VALUE_TYPE.i32);
  }

  get count(): number {
    return this.#types.length;
  }

  writeGroups(sink: Sink): void {
    for (const type of this.#types) sink.u8(1, type);
  }
}
