/** The reading half of a generated class: every step answers false at the first byte that is not right. */
import { type Layout, type Step, stepsOf } from "../schema/layout.ts";
import { pascal } from "../schema/names.ts";
import type { Field, RecordType, Scalar, ValueType } from "../schema/schema.ts";
import { clearing, elementType, isObject } from "./assembly.ts";
import { type Code, runsOf } from "./code.ts";

/** `_read`; and `_get`, from an address where the bytes are known to be, where all values have the same size. */
export function emitRead(code: Code, layout: Layout, record: RecordType): void {
  const size = layout.fixedSize({ kind: "named", name: record.name });
  const emitter = new Emitter(code, layout, record);
  code.add("/** @internal */");
  if (size !== null) {
    code.add("_get(p: usize): bool {");
    let at = 0;
    for (const step of stepsOf(record)) {
      emitter.step(step, "p", at);
      at += layout.stepSize(step)!;
    }
    code.add("return true;", "}", "/** @internal */", "_read(): bool {");
    if (size === 0) code.add("return true;", "}");
    else code.add(`const p = take(${size});`, "return p != 0 && this._get(p);", "}");
    return;
  }
  const depth = layout.isRecursive(record.name) && layout.schema.records.includes(record);
  code.add("_read(): bool {");
  if (depth) code.add("if (!enter()) return false;");
  if (record.open) code.add("const outer = narrow();", "if (!outer) return false;");
  let number = 0;
  const sizeOf = (step: Step): number | null =>
    record.open && step.kind === "bits" ? null : layout.stepSize(step);
  for (const run of runsOf(stepsOf(record), sizeOf)) {
    const start = `p${number++}`;
    if (run.size) code.add(`const ${start} = take(${run.size});`, `if (!${start}) return false;`);
    for (const { step, at } of run.steps) emitter.step(step, run.size === null ? null : start, at);
  }
  if (record.open) code.add("widen(outer);");
  if (depth) code.add("leave();");
  code.add("return true;", "}");
}

class Emitter {
  readonly #code: Code;
  readonly #layout: Layout;
  readonly #record: RecordType;

  constructor(code: Code, layout: Layout, record: RecordType) {
    this.#code = code;
    this.#layout = layout;
    this.#record = record;
  }

  /** A step; at `offset` from the address `base` when it belongs to a run. */
  step(step: Step, base: string | null, offset: number): void {
    if (step.kind === "bits") {
      const bits = `bits${step.byte}`;
      this.#code.add(
        `const ${bits} = ${base === null ? "laterBits()" : `<i32>load<u8>(${base}, ${offset})`};`,
      );
      if (!this.#record.open && step.mask !== 255)
        this.#code.add(`if (${bits} > ${step.mask}) return false;`);
      return;
    }
    const { field, presence } = step;
    const present = presence === null ? "" : `(bits${presence.byte} & ${presence.mask}) != 0`;
    const has = `this.has${pascal(field.name)}`;
    if (presence !== null) this.#code.add(`${has} = ${present};`);
    if (step.kind === "bool") {
      this.#code.add(`this.${field.name} = (bits${step.bit.byte} & ${step.bit.mask}) != 0;`);
      if (presence !== null) this.#code.add(`if (this.${field.name} && !${has}) return false;`);
      return;
    }
    if (base !== null) {
      this.#get(field.type, `this.${field.name}`, base, offset);
      return;
    }
    if (presence === null) {
      this.#code.add("{");
      this.#value(field);
      this.#code.add("}");
      return;
    }
    // What an earlier message left here must not be taken for this one's.
    this.#code.add(`if (!${has}) {`, ...clearing(this.#layout, field).slice(1), "} else {");
    this.#value(field);
    this.#code.add("}");
  }

  /** A value whose place is wherever the input is. */
  #value(field: Field): void {
    const { name, type, array } = field;
    if (array === null) {
      this.#next(type, `this.${name}`);
      return;
    }
    this.#code.add(`const n = count(${array.min}, ${array.max}, ${this.#layout.leastSize(type)});`);
    this.#code.add("if (n < 0) return false;", `const list = this.${name};`);
    const size = this.#layout.fixedSize(type);
    const object = isObject(this.#layout, type);
    // Growing `length` again would show the collector old references that lie behind the end: those are pushed.
    const pushed = type.kind === "string" || type.kind === "bytes";
    this.#code.add(object ? "list.clear();" : pushed ? "list.length = 0;" : "list.length = n;");
    const target = object ? "e" : pushed ? PUSHED : "list[k]";
    if (size !== null)
      this.#code.add("if (n > 0) {", `let q = take(<usize>n * ${size});`, "if (!q) return false;");
    this.#code.add("for (let k = 0; k < n; k++) {");
    if (object) this.#code.add("const e = list.next();");
    if (size === null) this.#next(type, target);
    else {
      this.#get(type, target, "q", 0);
      this.#code.add(`q += ${size};`);
    }
    this.#code.add("}");
    if (size !== null) this.#code.add("}");
  }

  /** The next value of the input into `target`. */
  #next(type: ValueType, target: string): void {
    if (isObject(this.#layout, type)) {
      this.#code.add(`if (!${target}._read()) return false;`);
      return;
    }
    const size = this.#layout.fixedSize(type);
    if (size !== null) {
      this.#code.add("{", `const s = take(${size});`, "if (!s) return false;");
      this.#get(type, target, "s", 0);
      this.#code.add("}");
      return;
    }
    if (type.kind === "scalar") {
      this.#code.add(`${target} = ${varint(type.scalar)};`, "if (!sound()) return false;");
      return;
    }
    if (type.kind === "named") throw new Error("an enum has a fixed size");
    const method = type.kind === "string" ? "text" : "blob";
    this.#code.add("{", `const r = ${method}(${type.bounds.min}, ${type.bounds.max});`);
    this.#code.add("if (r === null) return false;", assign(target, "r"), "}");
  }

  /** A value of fixed size, whose bytes are there, into `target`. */
  #get(type: ValueType, target: string, base: string, offset: number): void {
    const at = offset === 0 ? base : `${base}, ${offset}`;
    if (type.kind === "bytes") {
      this.#code.add("{", `const r = new Uint8Array(${type.bounds.max});`);
      this.#code.add(
        `memory.copy(r.dataStart, ${base} + ${offset}, ${type.bounds.max});`,
        assign(target, "r"),
        "}",
      );
      return;
    }
    if (isObject(this.#layout, type)) {
      this.#code.add(`if (!${target}._get(${base} + ${offset})) return false;`);
      return;
    }
    if (type.kind === "named") {
      this.#code.add("{", `const r = <i32>load<u8>(${at});`, `if (!is${type.name}(r)) return false;`);
      this.#code.add(`${target} = <${type.name}>r;`, "}");
      return;
    }
    const name = elementType(type);
    if (name === "bool") {
      this.#code.add(`if (load<u8>(${at}) > 1) return false;`, `${target} = load<u8>(${at}) != 0;`);
      return;
    }
    this.#code.add(`${target} = load<${name}>(${at});`);
    if (name === "f32" || name === "f64") this.#code.add(`if (!isFinite(${target})) return false;`);
  }
}

/** In the place of a target: the end of `list`. */
const PUSHED = "list.push";

function assign(target: string, value: string): string {
  return target === PUSHED ? `list.push(${value});` : `${target} = ${value};`;
}

function varint(scalar: Scalar): string {
  switch (scalar) {
    case "varint":
      return "<u32>varint(u32.MAX_VALUE)";
    case "zigzag":
      return "unzigzag32(<u32>varint(u32.MAX_VALUE))";
    case "varint64":
      return "varint(u64.MAX_VALUE)";
    default:
      return "unzigzag64(varint(u64.MAX_VALUE))";
  }
}
