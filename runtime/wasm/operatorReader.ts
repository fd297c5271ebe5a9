/**
 * Steps through the operators of a function body or a constant expression, without allocating per operator:
 * the fields describe the one last read. What it does not know, it refuses.
 */
import type { Cursor } from "./cursor.ts";
import {
  IMMEDIATE,
  MISC_OPERATORS,
  type OperatorTable,
  PLAIN_OPERATORS,
  VECTOR_OPERATORS,
} from "./opcodes.ts";
import { ModuleRefusal } from "./refusal.ts";
import { refuseOperator } from "./refusedOperators.ts";

export class OperatorReader {
  /** Where the operator starts and where the next one does. */
  at = 0;
  next = 0;
  /** Its code; see OP. */
  op = 0;
  pops = 0;
  pushes = 0;
  /**
   * The immediate that matters: a label's depth, an index, a block type (negative for none or a value type),
   * or the type of an indirect call.
   */
  index = 0;
  /** The labels of a br_table, its default last. */
  targets: number[] = [];
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.next = cursor.at;
  }

  /** Reads the next operator; false at the end of the bytes. */
  step(): boolean {
    const cursor = this.#cursor;
    if (cursor.done) return false;
    this.at = cursor.at;
    const code = cursor.u8();
    if (code === 0xfc || code === 0xfd) {
      const sub = cursor.u32();
      this.#read(code === 0xfc ? MISC_OPERATORS : VECTOR_OPERATORS, code, sub);
      this.op = (code << 8) | sub;
    } else {
      this.#read(PLAIN_OPERATORS, 0, code);
      this.op = code;
    }
    this.next = cursor.at;
    return true;
  }

  /** Continues at the operator that starts at `at`. */
  seek(at: number): void {
    this.#cursor.at = at;
    this.next = at;
  }

  #read(table: OperatorTable, prefix: number, code: number): void {
    const immediate = table.immediate[code] ?? IMMEDIATE.unknown;
    if (immediate === IMMEDIATE.unknown) refuseOperator(prefix, code, this.at);
    this.pops = table.pops[code]!;
    this.pushes = table.pushes[code]!;
    if (immediate !== IMMEDIATE.none) this.#readImmediate(immediate);
  }

  #readImmediate(immediate: number): void {
    const cursor = this.#cursor;
    switch (immediate) {
      case IMMEDIATE.block:
        this.index = cursor.s33();
        return;
      case IMMEDIATE.label:
      case IMMEDIATE.index:
        this.index = cursor.u32();
        return;
      case IMMEDIATE.labels: {
        const count = cursor.count("labels");
        this.targets = [];
        for (let n = 0; n <= count; n++) this.targets.push(cursor.u32());
        return;
      }
      case IMMEDIATE.indirect:
        this.index = cursor.u32();
        cursor.u32();
        return;
      case IMMEDIATE.types:
        cursor.skip(cursor.count("types"));
        return;
      case IMMEDIATE.memory:
        this.#readMemoryArgument();
        return;
      case IMMEDIATE.memoryLane:
        this.#readMemoryArgument();
        cursor.skip(1);
        return;
      case IMMEDIATE.i32:
        cursor.skipLeb(5);
        return;
      case IMMEDIATE.i64:
        cursor.skipLeb(10);
        return;
      case IMMEDIATE.f32:
        cursor.skip(4);
        return;
      case IMMEDIATE.f64:
        cursor.skip(8);
        return;
      case IMMEDIATE.v128:
        cursor.skip(16);
        return;
      case IMMEDIATE.lane:
        cursor.skip(1);
        return;
      case IMMEDIATE.zero:
        this.#readZero();
        return;
      case IMMEDIATE.twoZeros:
        this.#readZero();
        this.#readZero();
        return;
      default: // heapType
        if (cursor.u8() < 0x6f) cursor.fail("an unknown heap type", cursor.at - 1);
    }
  }

  #readZero(): void {
    if (this.#cursor.u8() !== 0) this.#refuseMemories();
  }

  #readMemoryArgument(): void {
    // Bit 6 of the alignment says that a memory's index follows (proposal "multi-memory").
    if (this.#cursor.u32() >= 64) this.#refuseMemories();
    this.#cursor.u32();
  }

  #refuseMemories(): never {
    throw new ModuleRefusal(
      "multiple-memories",
      "More than one memory is not accepted; compile for a single memory",
      this.at,
    );
  }
}
