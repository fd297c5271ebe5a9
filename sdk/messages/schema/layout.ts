/**
 * Where a value's bytes lie. README.md describes them; the two generators and the tests share what is here, so
 * that the sides cannot disagree.
 */
import {
  allRecords,
  type Field,
  type RecordType,
  type Scalar,
  type Schema,
  type ValueType,
} from "./schema.ts";

/** Bytes of scalars of fixed width; a bool is one only as an element of an array. */
export const SCALAR_SIZE: Readonly<Record<Scalar, number | null>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  f32: 4,
  f64: 8,
  bool: 1,
  varint: null,
  varint64: null,
  zigzag: null,
  zigzag64: null,
};

/** One bit of a record's bit bytes: number `byte` of them, counted from 0, and the mask in it. */
export interface Bit {
  byte: number;
  mask: number;
}

/** What a record consists of, in the order of its bytes. */
export type Step =
  /** A bit byte; bits outside of `mask` are 0. */
  | { kind: "bits"; byte: number; mask: number }
  /** A bool: it has a bit, and no bytes. */
  | { kind: "bool"; field: Field; bit: Bit; presence: Bit | null }
  | { kind: "value"; field: Field; presence: Bit | null };

const BITS_PER_BYTE = 8;

/** A record's steps: a bit byte comes before the first field that has a bit in it. */
export function stepsOf(record: RecordType): Step[] {
  const steps: Step[] = [];
  let used = 0;
  let bits: { kind: "bits"; byte: number; mask: number } | null = null;
  const nextBit = (): Bit => {
    const bit = { byte: Math.floor(used / BITS_PER_BYTE), mask: 1 << (used % BITS_PER_BYTE) };
    if (used % BITS_PER_BYTE === 0) {
      bits = { kind: "bits", byte: bit.byte, mask: 0 };
      steps.push(bits);
    }
    used++;
    bits!.mask |= bit.mask;
    return bit;
  };
  for (const field of record.fields) {
    const presence = field.optional ? nextBit() : null;
    if (isBool(field)) steps.push({ kind: "bool", field, bit: nextBit(), presence });
    else steps.push({ kind: "value", field, presence });
  }
  return steps;
}

function isBool({ type, array }: Field): boolean {
  return array === null && type.kind === "scalar" && type.scalar === "bool";
}

/** What is known of all types of a schema by their names. */
export class Layout {
  readonly schema: Schema;
  readonly #kinds = new Map<string, "enum" | "record" | "union">();
  readonly #least: Map<string, number>;
  readonly #fixed = new Map<string, number>();
  readonly #recursive: Set<string>;

  constructor(schema: Schema) {
    this.schema = schema;
    for (const { name } of schema.enums) this.#kinds.set(name, "enum");
    for (const { name } of allRecords(schema)) this.#kinds.set(name, "record");
    for (const { name } of schema.unions) this.#kinds.set(name, "union");
    this.#least = leastSizes(schema);
    this.#recursive = recursiveTypes(schema);
    // A record may use one that is declared after it, so once is not enough.
    for (let before = -1; before !== this.#fixed.size; ) {
      before = this.#fixed.size;
      for (const record of allRecords(schema)) this.#findFixed(record);
    }
  }

  kindOf(name: string): "enum" | "record" | "union" {
    return this.#kinds.get(name)!;
  }

  /** Bytes of every value of a type, or null when they vary. */
  fixedSize(type: ValueType): number | null {
    if (type.kind === "scalar") return SCALAR_SIZE[type.scalar];
    if (type.kind === "bytes") return type.bounds.min === type.bounds.max ? type.bounds.max : null;
    if (type.kind === "string") return null;
    if (this.kindOf(type.name) === "enum") return 1;
    return this.#fixed.get(type.name) ?? null;
  }

  /** Bytes of a step, or null when they vary. */
  stepSize(step: Step): number | null {
    if (step.kind === "bits") return 1;
    if (step.kind === "bool") return 0;
    return step.presence !== null || step.field.array !== null ? null : this.fixedSize(step.field.type);
  }

  /** The fewest bytes of a value of a type. */
  leastSize(type: ValueType): number {
    return leastOf(type, this.#least);
  }

  /** Whether a value of this type may hold another of it. */
  isRecursive(name: string): boolean {
    return this.#recursive.has(name);
  }

  #findFixed(record: RecordType): void {
    if (record.open) return;
    let sum = 0;
    for (const step of stepsOf(record)) {
      const size = this.stepSize(step);
      if (size === null) return;
      sum += size;
    }
    this.#fixed.set(record.name, sum);
  }
}

/** The fewest bytes of a value of every record and union; infinite for one that has no finite value. */
export function leastSizes(schema: Schema): Map<string, number> {
  const least = new Map<string, number>();
  for (const { name } of schema.enums) least.set(name, 1);
  for (const { name } of [...allRecords(schema), ...schema.unions]) least.set(name, Number.POSITIVE_INFINITY);
  // Sizes only fall, and each round settles one type at least, so this ends.
  for (let changed = true; changed; ) {
    changed = false;
    const set = (name: string, size: number): void => {
      if (size >= least.get(name)!) return;
      least.set(name, size);
      changed = true;
    };
    for (const record of allRecords(schema)) set(record.name, leastOfRecord(record, least));
    for (const { name, members } of schema.unions) {
      set(name, 1 + Math.min(...members.map(({ body }) => least.get(body.name)!)));
    }
  }
  return least;
}

function leastOfRecord(record: RecordType, least: Map<string, number>): number {
  let sum = record.open ? 1 : 0;
  for (const step of stepsOf(record)) {
    // A bit byte that an older writer did not know of is left out of an open record.
    if (step.kind === "bits" && !record.open) sum += 1;
    if (step.kind !== "value" || step.presence !== null) continue;
    const { array, type } = step.field;
    // An infinite size times no elements is nothing, not NaN.
    if (array === null) sum += leastOf(type, least);
    else sum += (array.min === array.max ? 0 : 1) + (array.min === 0 ? 0 : array.min * leastOf(type, least));
  }
  return sum;
}

function leastOf(type: ValueType, least: Map<string, number>): number {
  if (type.kind === "scalar") return SCALAR_SIZE[type.scalar] ?? 1;
  if (type.kind === "named") return least.get(type.name) ?? 0;
  const { min, max } = type.bounds;
  return min === max ? max : 1 + min;
}

function recursiveTypes(schema: Schema): Set<string> {
  const uses = new Map<string, string[]>();
  for (const { name, fields } of allRecords(schema)) {
    uses.set(
      name,
      fields.flatMap(({ type }) => (type.kind === "named" ? [type.name] : [])),
    );
  }
  for (const { name, members } of schema.unions) {
    uses.set(
      name,
      members.map(({ body }) => body.name),
    );
  }
  const reaches = (name: string): boolean => {
    const seen = new Set<string>();
    const waiting = [...(uses.get(name) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === name) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(uses.get(next) ?? []));
    }
    return false;
  };
  return new Set([...uses.keys()].filter(reaches));
}
