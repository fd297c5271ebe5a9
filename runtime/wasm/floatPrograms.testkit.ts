/**
 * Generates programs that make NaNs in every way, and look at their bits in every way: arithmetic, scalar and vector,
 * on memory full of NaNs with payloads, through locals, globals, blocks, branches, loops and calls. The same seed
 * gives the same module; its export `run` takes nothing and leaves what it saw in memory and globals.
 */
import { F64, I32, signature, type TestModule } from "./assembler.testkit.ts";
import { Code, EMPTY_BLOCK } from "./code.ts";
import { FLOATS, type Float, OPERATORS } from "./floatOperators.testkit.ts";
import { type FunctionType, VALUE_TYPE } from "./module.ts";
import { OP } from "./opcodes.ts";
import { seededRandom } from "./programs.testkit.ts";

const { f32: F32, v128: V128 } = VALUE_TYPE;

/** Bits of f64 values; f32 values take the upper half of them, which is as telling. */
const TELLING = [
  0x7ff8000000000000n,
  0xfff8000000000000n,
  0x7ff8000000000123n,
  0xfff4000000000001n,
  0x7ff0000000000001n,
  0x7fc000007fc00000n,
  0xffc12345ff812345n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x3ff0000000000000n,
  0xbff8000000000000n,
  0x0000000000000000n,
  0x8000000000000000n,
  0x4008000040490fdbn,
];
const WORDS = 32;
const LOCALS_OF_EACH = 3;
/** Type of the one function that `run` calls. */
const HELPER = signature([F32, F64, V128], [F64]);
const [MULTIPLE, SPLIT, ROUNDS] = [10, 3, 5];

/** @param first index that `run` has in its module; its helper follows. */
export function generateFloatProgram(seed: number, first = 0): TestModule {
  const random = seededRandom(seed);
  const locals = [...FLOATS.flatMap((type) => new Array<number>(LOCALS_OF_EACH).fill(type)), I32];
  const global = (type: number) =>
    type === F64
      ? new Code().op(OP.f64Const).append(bits(telling(random), 8))
      : new Code().op(OP.f32Const).append(bits(telling(random) >> 32n, 4));
  return {
    functions: [
      {
        type: signature([]),
        locals,
        code: new FloatWriter(random, signature([]), first + 1).write(),
        exportAs: "run",
      },
      { type: HELPER, locals, code: new FloatWriter(random, HELPER, first + 1).write() },
    ],
    memory: { initial: 1, maximum: 1 },
    globals: [F32, F64].map((type) => ({ type, mutable: true, value: global(type) })),
  };
}

function telling(random: (below: number) => number): bigint {
  return TELLING[random(TELLING.length)]!;
}

function bits(value: bigint, size: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes.subarray(0, size);
}

class FloatWriter {
  readonly #random: (below: number) => number;
  readonly #type: FunctionType;
  readonly #code = new Code();
  readonly #isHelper: boolean;
  readonly #helper: number;

  constructor(random: (below: number) => number, type: FunctionType, helper: number) {
    this.#helper = helper;
    this.#random = random;
    this.#type = type;
    this.#isHelper = type === HELPER;
  }

  write(): Code {
    if (!this.#isHelper) this.#fill();
    const count = 4 + this.#random(MULTIPLE);
    for (let n = 0; n < count; n++) this.#statement(0);
    if (this.#isHelper) this.#value(F64);
    return this.#code;
  }

  /** Memory to load from. */
  #fill(): void {
    for (let word = 0; word < WORDS; word++) {
      this.#code
        .i32Const(word * 8)
        .i64Const(BigInt.asIntN(64, telling(this.#random)))
        .op(0x37, 0, 0);
    }
  }

  /** A local of the type; parameters of a helper are among them. */
  #local(type: Float): number {
    const place = FLOATS.indexOf(type);
    const own = this.#type.params.length + place * LOCALS_OF_EACH + this.#random(LOCALS_OF_EACH);
    return this.#isHelper && this.#random(3) === 0 ? place : own;
  }

  get #counter(): number {
    return this.#type.params.length + FLOATS.length * LOCALS_OF_EACH;
  }

  #float(): Float {
    return FLOATS[this.#random(FLOATS.length)]!;
  }

  /** An address, with the alignment of the access before it. */
  #offset(): number {
    return this.#random(WORDS * 8);
  }

  #condition(depth: number): void {
    if (this.#random(3) === 0) {
      this.#code.i32Const(this.#random(2));
      return;
    }
    const wide = this.#random(2) === 0;
    this.#value(wide ? F64 : F32, depth + 1);
    this.#value(wide ? F64 : F32, depth + 1);
    this.#code.op((wide ? 0x61 : 0x5b) + this.#random(6));
  }

  #value(type: Float, depth = 0): void {
    const code = this.#code;
    switch (this.#random(depth > SPLIT ? 4 : 14)) {
      case 0:
        this.#constant(type);
        return;
      case 1:
        code
          .i32Const(0)
          .op(...OPERATORS[type].load)
          .u32(this.#offset());
        return;
      case 2:
      case 3:
        code.localGet(this.#local(type));
        return;
      case 4:
        this.#value(type, depth + 1);
        code.localTee(this.#local(type));
        return;
      case 5:
        this.#value(type, depth + 1);
        code.op(...this.#pick(OPERATORS[type].unary));
        return;
      case 6:
        this.#value(type, depth + 1);
        this.#value(type, depth + 1);
        this.#condition(depth);
        if (type === V128) code.op(0x1c, 1, type);
        else code.op(0x1b);
        return;
      case 7:
        this.#block(type, depth);
        return;
      case 8:
        this.#converted(type, depth);
        return;
      case 9:
        if (type === V128) this.#replaced(depth);
        else code.globalGet(type === F32 ? 0 : 1);
        return;
      default:
        this.#value(type, depth + 1);
        this.#value(type, depth + 1);
        code.op(...this.#pick(OPERATORS[type].binary));
    }
  }

  #pick(operators: readonly (readonly number[])[]): readonly number[] {
    return operators[this.#random(operators.length)]!;
  }

  #constant(type: Float): void {
    const code = this.#code;
    const value = telling(this.#random);
    if (type === F32) code.op(OP.f32Const).append(bits(value >> 32n, 4));
    else if (type === F64) code.op(OP.f64Const).append(bits(value, 8));
    else
      code
        .op(0xfd, 0x0c)
        .append(bits(value, 8))
        .append(bits(telling(this.#random), 8));
  }

  /** From another type: by value, by bits, by lanes, or out of a call. */
  #converted(type: Float, depth: number): void {
    const code = this.#code;
    if (type === V128) {
      const wide = this.#random(2) === 0;
      this.#value(wide ? F64 : F32, depth + 1);
      code.op(0xfd, wide ? 0x14 : 0x13);
      return;
    }
    switch (this.#random(4)) {
      case 0:
        this.#value(V128, depth + 1);
        if (type === F32) code.op(0xfd, 0x1f, this.#random(4));
        else code.op(0xfd, 0x21, this.#random(2));
        return;
      case 1:
        this.#value(type === F32 ? F64 : F32, depth + 1);
        code.op(type === F32 ? 0xb6 : 0xbb);
        return;
      case 2:
        this.#value(type, depth + 1);
        if (type === F32) code.op(OP.i32ReinterpretF32).i32Const(1).op(0x72, OP.f32ReinterpretI32);
        else code.op(OP.i64ReinterpretF64).i64Const(1).op(0x84, OP.f64ReinterpretI64);
        return;
      default:
        if (this.#isHelper) {
          code.i32Const(this.#random(9)).op(type === F32 ? 0xb2 : 0xb7);
          return;
        }
        for (const param of HELPER.params) this.#value(param as Float, depth + 2);
        code.call(this.#helper);
        if (type === F32) code.op(0xb6);
    }
  }

  #replaced(depth: number): void {
    const wide = this.#random(2) === 0;
    this.#value(V128, depth + 1);
    this.#value(wide ? F64 : F32, depth + 1);
    this.#code.op(0xfd, wide ? 0x22 : 0x20, this.#random(wide ? 2 : 4));
  }

  /** A block or an if with a result, that may be left early. */
  #block(type: Float, depth: number): void {
    const code = this.#code;
    const short = type - 0x80;
    if (this.#random(2) === 0) {
      this.#condition(depth);
      code.if(short);
      this.#value(type, depth + 1);
      code.op(OP.else);
      this.#value(type, depth + 1);
      code.end();
      return;
    }
    code.block(short);
    this.#value(type, depth + 1);
    this.#condition(depth);
    code.op(OP.brIf, 0);
    if (this.#random(2) === 0) code.op(...OPERATORS[type].unary[0]!);
    if (this.#random(3) === 0) code.br(0);
    code.end();
  }

  #statement(depth: number): void {
    const code = this.#code;
    const type = this.#float();
    switch (this.#random(depth > 1 ? 5 : 8)) {
      case 0:
      case 1:
        this.#value(type);
        code.localSet(this.#local(type));
        return;
      case 2:
      case 3:
        code.i32Const(0);
        this.#value(type);
        code.op(...OPERATORS[type].store).u32(this.#offset());
        return;
      case 4:
        this.#value(type === V128 ? F64 : type);
        code.globalSet(type === F32 ? 0 : 1);
        return;
      case 5:
        this.#condition(0);
        code.if();
        this.#statement(depth + 1);
        if (this.#random(8) === 0) {
          if (this.#isHelper) this.#value(F64);
          code.op(OP.return);
        }
        code.end();
        return;
      default:
        this.#loop(depth);
    }
  }

  #loop(depth: number): void {
    const code = this.#code;
    if (depth > 0) {
      this.#statement(depth + 1);
      return;
    }
    code.i32Const(ROUNDS).localSet(this.#counter).loop(EMPTY_BLOCK);
    for (let n = 1 + this.#random(3); n > 0; n--) this.#statement(depth + 1);
    code.localGet(this.#counter).i32Const(1).op(OP.i32Sub).localTee(this.#counter).op(OP.brIf, 0).end();
  }
}
