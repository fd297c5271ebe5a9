/**
 * Finds where a function has to make NaNs canonical: behind which operators, so that no bit of a NaN that came
 * from arithmetic is ever seen.
 *
 * Loose values (see nanOperators.ts) flow freely along the operand stack into more arithmetic and comparisons, and
 * through locals that hold nothing but loose values and numbers. Where something looks at their bits, or they
 * leave the function or a block, the operator that put them on the stack is noted. A stack value has one such
 * operator and one use, so the place is always on top of the stack.
 *
 * Values with bits of their own (loaded, given, constant) must keep them. A local that also holds such values takes
 * loose ones only once they are canonical.
 */
import { Cursor } from "./cursor.ts";
import type { CoreModule, FunctionBody, FunctionType } from "./module.ts";
import { BITS, type Bits, isLoose, type Loose, type NanRule, nanRule } from "./nanOperators.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";
import { surveyedBlockType } from "./survey.ts";

/** Offset of an operator → the shape of its result, which is to be made canonical. */
export type NanSites = ReadonlyMap<number, Loose>;

export const NO_SITES: NanSites = new Map();

/** The NaN sites of a body that V8 has validated. */
export function findNanSites(module: CoreModule, body: FunctionBody, type: FunctionType): NanSites {
  const locals = new LocalBits(type.params.length, body.localCount);
  for (;;) {
    const sites = new Search(module, body, type, locals).run();
    if (locals.settled) return sites;
  }
}

/** What each local may hold, whenever. What is known only grows, so it settles. */
class LocalBits {
  readonly #bits: Bits[];
  #changed = false;

  constructor(parameters: number, locals: number) {
    this.#bits = new Array<Bits>(parameters + locals).fill(BITS.number).fill(BITS.exact, 0, parameters);
  }

  get(local: number): Bits {
    return this.#bits[local]!;
  }

  set(local: number, bits: Bits): void {
    const known = this.#bits[local]!;
    const both = known === BITS.number || known === bits ? bits : bits === BITS.number ? known : BITS.exact;
    if (both === known) return;
    this.#bits[local] = both;
    this.#changed = true;
  }

  /** Whether nothing was learnt since this was last asked. */
  get settled(): boolean {
    const settled = !this.#changed;
    this.#changed = false;
    return settled;
  }
}

interface Value {
  bits: Bits;
  /** Offset of the operator that put it there. */
  readonly from: number;
}

interface Frame {
  readonly base: number;
  readonly type: FunctionType;
  readonly isLoop: boolean;
}

class Search {
  readonly #module: CoreModule;
  readonly #locals: LocalBits;
  readonly #reader: OperatorReader;
  readonly #stack: Value[] = [];
  readonly #frames: Frame[];
  readonly #sites = new Map<number, Loose>();

  constructor(module: CoreModule, body: FunctionBody, type: FunctionType, locals: LocalBits) {
    this.#module = module;
    this.#locals = locals;
    this.#reader = new OperatorReader(new Cursor(module.bytes, body.operatorsAt, body.end));
    this.#frames = [{ base: 0, type: { params: [], results: type.results }, isLoop: false }];
  }

  run(): NanSites {
    while (this.#reader.step()) this.#operator();
    return this.#sites;
  }

  get #frame(): Frame {
    return this.#frames.at(-1)!;
  }

  #push(bits: Bits): void {
    this.#stack.push({ bits, from: this.#reader.at });
  }

  /** Takes the top value, as it is; behind a branch, where there may be none, a value that is never used. */
  #pop(): Value {
    const value = this.#stack.length > this.#frame.base ? this.#stack.pop() : undefined;
    return value ?? { bits: BITS.number, from: this.#reader.at };
  }

  /** Somebody may look at the bits of this value. */
  #see(value: Value): void {
    if (!isLoose(value.bits)) return;
    this.#sites.set(value.from, value.bits);
    value.bits = BITS.exact;
  }

  /** Somebody may look at the bits of the topmost values. */
  #seeTop(count: number): void {
    const from = Math.max(this.#frame.base, this.#stack.length - count);
    for (const value of this.#stack.slice(from)) this.#see(value);
  }

  #take(count: number): void {
    this.#seeTop(count);
    this.#stack.length = Math.max(this.#frame.base, this.#stack.length - count);
  }

  #give(count: number): void {
    for (let n = 0; n < count; n++) this.#push(BITS.exact);
  }

  #operator(): void {
    const reader = this.#reader;
    switch (reader.op) {
      case OP.block:
      case OP.loop:
      case OP.if:
        if (reader.op === OP.if) this.#pop();
        this.#open(surveyedBlockType(this.#module, reader.index), reader.op === OP.loop);
        return;
      case OP.else: {
        const { type } = this.#frame;
        this.#close();
        this.#open(type, false, false);
        return;
      }
      case OP.end:
        this.#give(this.#close().results.length);
        return;
      case OP.br:
      case OP.brTable:
        if (reader.op === OP.brTable) this.#pop();
        this.#seeTop(this.#operands(reader.op === OP.br ? reader.index : reader.targets[0]!));
        this.#leave();
        return;
      case OP.brIf:
        this.#pop();
        this.#seeTop(this.#operands(reader.index));
        return;
      case OP.return:
        this.#seeTop(this.#operands(this.#frames.length - 1));
        this.#leave();
        return;
      case OP.unreachable:
        this.#leave();
        return;
      case OP.call:
        this.#call(this.#module.types[this.#module.functionTypes[reader.index]!]!);
        return;
      case OP.callIndirect:
        this.#pop();
        this.#call(this.#module.types[reader.index]!);
        return;
      case OP.drop:
        this.#pop();
        return;
      case OP.localGet:
        this.#push(this.#locals.get(reader.index));
        return;
      case OP.localSet:
        this.#set(this.#pop());
        return;
      case OP.localTee: {
        const value = this.#pop();
        this.#set(value);
        this.#push(value.bits);
        return;
      }
      default:
        this.#plain(nanRule(reader.op));
    }
  }

  #set(value: Value): void {
    const { index } = this.#reader;
    this.#locals.set(index, value.bits);
    if (value.bits !== this.#locals.get(index)) this.#see(value);
  }

  #plain(rule: NanRule | undefined): void {
    const { pops, pushes } = this.#reader;
    if (rule === undefined) {
      this.#take(pops);
      this.#give(pushes);
      return;
    }
    switch (rule.does) {
      case "constant":
        this.#push(this.#constant());
        return;
      case "compute":
        for (let n = 0; n < pops; n++) this.#popAs(rule.takes);
        this.#push(rule.gives);
        return;
      case "choose":
        this.#choose(rule.takes);
        return;
      case "move": {
        const value = this.#popAs(rule.takes);
        this.#push(isLoose(value.bits) ? rule.gives : BITS.exact);
        return;
      }
      case "absolute":
        this.#push(this.#popAs(rule.takes).bits);
        return;
    }
  }

  /** Takes a value for an operator that minds no bits of that shape. */
  #popAs(shape: Bits): Value {
    const value = this.#pop();
    if (value.bits !== shape) this.#see(value);
    return value;
  }

  /** Loose values stay so only among their like. */
  #choose(shape: Bits): void {
    if (shape === BITS.exact) this.#pop();
    const [second, first] = [this.#pop(), this.#pop()];
    const bits = first.bits === BITS.number ? second.bits : first.bits;
    const alike = [first, second].every((value) => value.bits === bits || value.bits === BITS.number);
    if (alike && (!isLoose(bits) || shape === BITS.exact || bits === shape)) {
      this.#push(bits);
      return;
    }
    this.#see(first);
    this.#see(second);
    this.#push(BITS.exact);
  }

  /** Whether a constant is a NaN; a vector, in either shape. */
  #constant(): Bits {
    const { op, next } = this.#reader;
    const size = op === OP.f32Const ? 4 : op === OP.f64Const ? 8 : 16;
    const { buffer, byteOffset } = this.#module.bytes;
    const view = new DataView(buffer, byteOffset + next - size, size);
    for (let at = 0; at < size && op !== OP.f64Const; at += 4) {
      if (Number.isNaN(view.getFloat32(at, true))) return BITS.exact;
    }
    for (let at = 0; at < size && op !== OP.f32Const; at += 8) {
      if (Number.isNaN(view.getFloat64(at, true))) return BITS.exact;
    }
    return BITS.number;
  }

  #call(type: FunctionType): void {
    this.#take(type.params.length);
    this.#give(type.results.length);
  }

  #open(type: FunctionType, isLoop: boolean, takesOperands = true): void {
    if (takesOperands) this.#take(type.params.length);
    this.#frames.push({ base: this.#stack.length, type, isLoop });
    this.#give(type.params.length);
  }

  #close(): FunctionType {
    const { base, type } = this.#frame;
    this.#seeTop(type.results.length);
    this.#stack.length = base;
    this.#frames.pop();
    return type;
  }

  /** The rest of the block is not reached. */
  #leave(): void {
    this.#stack.length = this.#frame.base;
  }

  #operands(depth: number): number {
    const { type, isLoop } = this.#frames[this.#frames.length - 1 - depth]!;
    return (isLoop ? type.params : type.results).length;
  }
}
