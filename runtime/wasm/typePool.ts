/** Finds function types by structure, appending those that the module lacks behind its own. */
import { type FunctionType, typeKey } from "./module.ts";

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
}
