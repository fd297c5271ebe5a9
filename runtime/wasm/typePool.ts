/** Finds function types by structure, appending those that the module lacks behind its own. */
import { EMPTY_BLOCK } from "./code.ts";
import { type FunctionType, typeKey } from "./module.ts";

/** Value types in the place of a type index are written as the negative numbers that have the same byte. */
const SHORT_FORM = 0x80;

export class TypePool {
  readonly added: FunctionType[] = [];
  readonly #index = new Map<string, number>();
  #count = 0;

  constructor(types: readonly FunctionType[]) {
    for (const type of types) {
      const key = typeKey(type);
      if (!this.#index.has(key)) this.#index.set(key, this.#count);
      this.#count++;
    }
  }

  /** Index of a type with these parameters and results. */
  index(type: FunctionType): number {
    const key = typeKey(type);
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.added.push(type);
    this.#index.set(key, this.#count);
    return this.#count++;
  }

  /** A block type, as it is written: a value type alone is short for a block that leaves one value. */
  blockType({ params, results }: FunctionType): number {
    if (params.length > 0 || results.length > 1) return this.index({ params, results });
    return results.length === 0 ? EMPTY_BLOCK : results[0]! - SHORT_FORM;
  }
}
