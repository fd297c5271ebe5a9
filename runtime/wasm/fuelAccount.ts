/**
 * Writes the operators that charge fuel in one function. A charge is: subtract, keep, compare with zero, trap.
 * Of the forms that were measured, an `if … unreachable` is the fastest.
 *
 * The fuel lives in a global. A function with a loop that nothing else can spend in keeps it in a local
 * instead, which V8 holds in a register: loaded at entry, stored before and loaded after whatever may spend,
 * stored at every exit and before the trap.
 */
import type { Code } from "./code.ts";
import type { LocalPool } from "./localPool.ts";
import { OP } from "./opcodes.ts";

export class FuelAccount {
  readonly #global: number;
  readonly #locals: LocalPool;
  /** Whether the function keeps its fuel in a local. */
  readonly inLocal: boolean;

  constructor(global: number, locals: LocalPool, inLocal: boolean) {
    this.#global = global;
    this.#locals = locals;
    this.inLocal = inLocal;
  }

  /** Takes the fuel from the global, at entry and behind whatever may have spent of it. */
  load(code: Code): void {
    if (this.inLocal) code.globalGet(this.#global).localSet(this.#locals.fuel);
  }

  /** Gives the fuel back to the global, at exits and before whatever may spend of it. */
  store(code: Code): void {
    if (this.inLocal) code.localGet(this.#locals.fuel).globalSet(this.#global);
  }

  charge(code: Code, cost: number): void {
    if (cost > 0) this.#subtract(code, () => code.i64Const(cost));
  }

  /** Charges for the i32 on top of the stack, unsigned and shifted right, and leaves it there. */
  chargeLength(code: Code, shift: number): void {
    code.localTee(this.#locals.length);
    this.#subtract(code, () => this.#length(code).i64Const(shift).op(OP.i64ShrU));
  }

  /** Charges `each` for every unit of the i32 on top of the stack, unsigned, and leaves it there. */
  chargeCount(code: Code, each: number): void {
    code.localTee(this.#locals.length);
    this.#subtract(code, () => this.#length(code).i64Const(each).op(OP.i64Mul));
  }

  #length(code: Code): Code {
    return code.localGet(this.#locals.length).op(OP.i64ExtendI32U);
  }

  #subtract(code: Code, amount: () => void): void {
    const { fuel } = this.#locals;
    if (this.inLocal) code.localGet(fuel);
    else code.globalGet(this.#global);
    amount();
    code.op(OP.i64Sub).localTee(fuel);
    if (!this.inLocal) code.globalSet(this.#global).localGet(fuel);
    code.i64Const(0).op(OP.i64LtS).if();
    this.store(code);
    code.op(OP.unreachable).end();
  }
}
