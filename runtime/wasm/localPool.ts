/**
 * Appends locals to a function, each on its first use, so that no existing local is renumbered; but a parameter
 * for the depth takes the number of the first local, which then moves behind the others.
 */
import { type FunctionBody, type FunctionType, VALUE_TYPE } from "./module.ts";
import type { Sink } from "./sink.ts";

export class LocalPool {
  readonly #body: FunctionBody;
  readonly #first: number;
  readonly #types: number[] = [];
  readonly #named = new Map<string, number>();
  /** Number of the local that makes room for a parameter, and its new number; null when none moves. */
  readonly moved: { readonly from: number; readonly to: number } | null = null;

  /** `depthParameter`: the function gets one more parameter, an i32, which is `depth`. */
  constructor(type: FunctionType, body: FunctionBody, depthParameter: boolean) {
    const parameters = type.params.length;
    this.#body = body;
    this.#first = parameters + body.localCount;
    if (!depthParameter) return;
    this.#named.set("depth", parameters);
    const group = body.locals.find(({ count }) => count > 0);
    if (group === undefined) this.#first++;
    else this.moved = { from: parameters, to: this.#local("moved", group.type) };
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

  /** i32: the depth that the function was given. */
  get depth(): number {
    return this.#local("depth", VALUE_TYPE.i32);
  }

  /** i32: a length that is charged for. */
  get length(): number {
    return this.#local("length", VALUE_TYPE.i32);
  }

  /** Of the given type: a value that is made canonical. */
  value(type: number): number {
    return this.#local(`value ${type}`, type);
  }

  /** Writes the declarations of the function's own locals and of those added. */
  write(sink: Sink): void {
    const { locals } = this.#body;
    sink.u32(locals.length + this.#types.length);
    let less = this.moved === null ? 0 : 1;
    for (const { count, type } of locals) {
      const taken = Math.min(less, count);
      less -= taken;
      sink.u32(count - taken).u8(type);
    }
    for (const type of this.#types) sink.u8(1, type);
  }
}
