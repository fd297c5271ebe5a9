/**
 * Writes one random function of a generated program. Every back-edge and call is guarded by a step counter, so
 * that the unmetered module ends as well.
 */
import { I32, I64, signature } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import type { FunctionType } from "./module.ts";
import { OP } from "./opcodes.ts";
import type { TypePool } from "./typePool.ts";

export const SIGNATURES = [
  signature([I32, I32], [I32]),
  signature([I32], [I32, I32]),
  signature([I32, I32, I32], []),
  signature([], [I64]),
];
/** Global 0 counts steps down. */
const STEPS = 0;
const LOCALS = 4;
/** One more local holds a branch's condition; nothing else writes it. */
export const ALL_LOCALS = new Array<number>(LOCALS + 1).fill(I32);

interface Target {
  readonly loop: boolean;
  /** How many i32 a branch to it carries. */
  readonly arity: number;
}

export class FunctionWriter {
  readonly #random: (below: number) => number;
  readonly #type: FunctionType;
  readonly #types: readonly FunctionType[];
  readonly #pool: TypePool;
  readonly #code = new Code();
  readonly #targets: Target[] = [];
  /** Statements left, so that functions stay small. */
  #budget: number;

  constructor(
    random: (below: number) => number,
    type: FunctionType,
    types: readonly FunctionType[],
    pool: TypePool,
  ) {
    this.#random = random;
    this.#type = type;
    this.#types = types;
    this.#pool = pool;
    this.#budget = 4 + random(20);
  }

  write(): Code {
    this.#statements(0);
    this.#results();
    return this.#code;
  }

  #results(): void {
    for (const type of this.#type.results) {
      this.#value();
      if (type === I64) this.#code.op(OP.i64ExtendI32U);
    }
  }

  #local(): number {
    return this.#random(this.#type.params.length + LOCALS);
  }

  #value(depth = 0): void {
    const code = this.#code;
    switch (this.#random(depth > 2 ? 2 : 7)) {
      case 0:
        code.i32Const(this.#random(200) - 100);
        return;
      case 1:
        code.localGet(this.#local());
        return;
      case 2:
        this.#value(depth + 1);
        this.#value(depth + 1);
        code.op([0x6a, 0x6b, 0x6c, 0x71, 0x73, 0x46, 0x48, 0x4f, 0x74][this.#random(9)]!);
        return;
      case 3:
        this.#address();
        code.op(0x28, 2).u32(this.#random(64));
        return;
      case 4:
        code.globalGet(1);
        return;
      case 5:
        this.#value(depth + 1);
        code.localTee(this.#local());
        return;
      default:
        this.#value(depth + 1);
        this.#value(depth + 1);
        this.#value(depth + 1);
        code.op(0x1b);
    }
  }

  #address(): void {
    this.#value(1);
    this.#code.i32Const(0xfff).op(0x71);
  }

  /** Takes one step; leaves whether there were any left. */
  #step(): void {
    this.#code
      .globalGet(STEPS)
      .i32Const(1)
      .op(OP.i32Sub)
      .globalSet(STEPS)
      .globalGet(STEPS)
      .i32Const(0)
      .op(0x4a);
  }

  #statements(depth: number): void {
    const count = 1 + this.#random(4);
    for (let n = 0; n < count && this.#budget > 0; n++) this.#statement(depth);
  }

  #statement(depth: number): void {
    this.#budget--;
    const code = this.#code;
    switch (this.#random(depth > 4 ? 6 : 15)) {
      case 0:
        this.#value();
        code.localSet(this.#local());
        return;
      case 1:
        this.#address();
        this.#value();
        code.op(0x36, 2).u32(this.#random(64));
        return;
      case 2:
        this.#value();
        code.globalSet(1);
        return;
      case 3:
        this.#bulk();
        return;
      case 4:
        this.#call();
        return;
      case 5:
        this.#leave();
        return;
      case 6:
      case 7:
        this.#nest(OP.block, depth);
        return;
      case 8:
      case 9:
      case 10:
        this.#nest(OP.loop, depth);
        return;
      case 11:
        this.#nest(OP.if, depth);
        return;
      default:
        this.#branch();
    }
  }

  #bulk(): void {
    const code = this.#code;
    switch (this.#random(3)) {
      case 0:
        this.#address();
        this.#value();
        this.#value();
        code.i32Const(0xff).op(0x71).op(0xfc, 0x0b, 0);
        return;
      case 1:
        this.#address();
        this.#address();
        this.#value();
        code.i32Const(0xff).op(0x71).op(0xfc, 0x0a, 0, 0);
        return;
      default:
        this.#value();
        code.i32Const(1).op(0x71).op(OP.memoryGrow, 0).localSet(this.#local());
    }
  }

  #call(): void {
    const code = this.#code;
    if (this.#random(6) === 0) {
      this.#value();
      code.call(0).localSet(this.#local());
      return;
    }
    this.#step();
    code.if();
    const index = this.#random(this.#types.length);
    const type = this.#random(8) === 0 ? SIGNATURES[this.#random(SIGNATURES.length)]! : this.#types[index]!;
    const indirect = type !== this.#types[index] || this.#random(3) === 0;
    for (const _ of type.params) this.#value();
    if (indirect) {
      this.#value();
      code.i32Const(7).op(0x71).op(OP.callIndirect).u32(this.#pool.index(type)).u8(0);
    } else {
      code.call(index + 1);
    }
    for (const result of type.results) code.op(...(result === I64 ? [0xa7] : [])).localSet(this.#local());
    code.end();
  }

  /** A trap, a return, or nothing, each behind a condition. */
  #leave(): void {
    this.#value();
    this.#code.i32Const(15).op(0x71, 0x45).if();
    if (this.#random(6) === 0) this.#code.op(OP.unreachable);
    else {
      this.#results();
      this.#code.op(OP.return);
    }
    this.#code.end();
  }

  #nest(op: number, depth: number): void {
    const code = this.#code;
    const params = op === OP.if ? 0 : this.#random(4) === 0 ? 1 + this.#random(2) : 0;
    const results = this.#random(4) === 0 ? 1 + this.#random(2) : 0;
    const i32s = (count: number) => new Array<number>(count).fill(I32);
    for (let n = 0; n < params; n++) this.#value();
    if (op === OP.if) this.#value();
    const type =
      params + results === 0 ? -64 : this.#pool.index({ params: i32s(params), results: i32s(results) });
    code.op(op).signed(type);
    this.#targets.push({ loop: op === OP.loop, arity: op === OP.loop ? params : results });
    const arms = op === OP.if && (results > 0 || this.#random(2) === 0) ? 2 : 1;
    for (let arm = 0; arm < arms; arm++) {
      if (arm === 1) code.op(OP.else);
      for (let n = 0; n < params; n++) code.localSet(this.#local());
      this.#statements(depth + 1);
      if (op === OP.loop) this.#branch(0);
      for (let n = 0; n < results; n++) this.#value();
    }
    this.#targets.pop();
    code.end();
    for (let n = 0; n < results; n++) code.localSet(this.#local());
  }

  /** A branch, guarded by the step counter when it goes back, so that every loop ends. */
  #branch(wanted = this.#random(this.#targets.length + 1)): void {
    const target = this.#targetAt(wanted);
    if (!target) return;
    const code = this.#code;
    const form = this.#random(3);
    if (form === 2 || (form === 1 && target.loop)) this.#step();
    else this.#value();
    if (form === 1) {
      // br_if with its operands left behind.
      const condition = this.#type.params.length + LOCALS;
      code.localSet(condition);
      for (let n = 0; n < target.arity; n++) this.#value();
      code.localGet(condition).op(OP.brIf).u32(wanted);
      for (let n = 0; n < target.arity; n++) code.localSet(this.#local());
      return;
    }
    if (form === 0) this.#step();
    if (form === 0) code.op(0x71);
    code.if();
    for (let n = 0; n < target.arity; n++) this.#value();
    if (form === 2) this.#table(target.arity, wanted);
    else code.br(wanted + 1);
    code.end();
  }

  #targetAt(depth: number): Target | undefined {
    return this.#targets[this.#targets.length - 1 - depth];
  }

  #table(arity: number, wanted: number): void {
    const fitting = [...this.#targets.keys()].filter((depth) => this.#targetAt(depth)!.arity === arity);
    this.#value();
    this.#code.i32Const(3).op(0x71).op(OP.brTable).u32(3);
    for (let n = 0; n < 3; n++) this.#code.u32(1 + fitting[this.#random(fitting.length)]!);
    this.#code.u32(1 + wanted);
  }
}
