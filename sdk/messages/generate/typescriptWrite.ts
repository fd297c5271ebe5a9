/** The writing half of a generated TypeScript module: every value is checked before its bytes are written. */
import { type Layout, type Step, stepsOf } from "../schema/layout.ts";
import type { RecordType, Scalar, UnionType, ValueType } from "../schema/schema.ts";
import { type Code, runsOf } from "./code.ts";

/** `writeX`; and `putX`, at a place that was reserved, where all values of X have the same size. */
export function emitPut(code: Code, layout: Layout, record: RecordType, kind: string | null): void {
  const { name } = record;
  const size = layout.fixedSize({ kind: "named", name });
  const emitter = new Emitter(code, layout, record);
  if (size !== null) {
    const unused = size === 0 ? "_" : "";
    code.add(
      "",
      `function put${name}(${unused}b: Uint8Array, ${unused}p: number, ${unused}v: ${name}): void {`,
    );
    let at = 0;
    for (const step of stepsOf(record)) {
      emitter.step(step, place("p", at));
      at += layout.stepSize(step)!;
    }
    code.add("}", `function write${name}(o: Output, v: ${name}): void {`);
    code.add(`const p = o.reserve(${size});`, `put${name}(o.bytes, p, v);`, "}");
    return;
  }
  const depth = kind === null && layout.isRecursive(name);
  code.add(
    "",
    `function write${name}(o: Output, ${record.fields.length === 0 ? "_v" : "v"}: ${name}): void {`,
  );
  if (depth) code.add(`o.enter("${name}");`);
  if (record.open) code.add("const opened = o.narrow();");
  const runs = runsOf(stepsOf(record), (step) => layout.stepSize(step));
  if (runs.some(({ size }) => size)) code.add("let p: number;", "let b: Uint8Array;");
  for (const run of runs) {
    if (run.size) code.add(`p = o.reserve(${run.size});`, "b = o.bytes;");
    for (const { step, at } of run.steps) emitter.step(step, run.size === null ? null : place("p", at));
  }
  if (record.open) code.add("o.widen(opened);");
  if (depth) code.add("o.leave();");
  code.add("}");
}

export function emitWriteUnion(code: Code, layout: Layout, { name, members }: UnionType): void {
  const depth = layout.isRecursive(name);
  code.add("", `function write${name}(o: Output, v: ${name}): void {`);
  if (depth) code.add(`o.enter("${name}");`);
  code.add("switch (v.kind) {");
  for (const { name: member, tag, body } of members) {
    code.add(`case "${member}": {`, `o.tag(${tag});`, `write${body.name}(o, v);`, "break;", "}");
  }
  const rule = `one of ${members.map((member) => member.name).join(", ")}`;
  code.add(`default: misfit("${name}.kind", "${rule}", (v as ${name}).kind);`, "}");
  if (depth) code.add("o.leave();");
  code.add("}");
}

/** Integers of up to 32 bits: the expression that a value equals if it is one. */
const WRAPS: Readonly<Partial<Record<Scalar, (value: string) => string>>> = {
  u8: (value) => `(${value} & 255)`,
  u16: (value) => `(${value} & 65535)`,
  u32: (value) => `(${value} >>> 0)`,
  i8: (value) => `((${value} << 24) >> 24)`,
  i16: (value) => `((${value} << 16) >> 16)`,
  i32: (value) => `(${value} | 0)`,
  varint: (value) => `(${value} >>> 0)`,
  zigzag: (value) => `(${value} | 0)`,
};

const WIDTHS: Readonly<Partial<Record<Scalar, number>>> = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4 };

class Emitter {
  readonly #code: Code;
  readonly #layout: Layout;
  readonly #record: RecordType;

  constructor(code: Code, layout: Layout, record: RecordType) {
    this.#code = code;
    this.#layout = layout;
    this.#record = record;
  }

  /** A step of a record `v`; at a place in `b` when it belongs to a run. */
  step(step: Step, at: string | null): void {
    if (step.kind === "bool") return;
    if (step.kind === "bits") {
      this.#code.add(`b[${at}] = ${this.#bits(step.byte)};`);
      return;
    }
    const { name, type, array } = step.field;
    if (at !== null) {
      this.#code.add(`const v_${name} = v.${name};`);
      this.#put(type, `v_${name}`, at, name);
      return;
    }
    this.#code.add(`const v_${name} = v.${name};`);
    this.#code.add(step.presence === null ? "{" : `if (v_${name} != null) {`);
    if (array === null) this.#write(type, `v_${name}`, name);
    else {
      const field = this.#path(name);
      this.#code.add(`const n = v_${name}.length;`, `o.count(${field}, n, ${array.min}, ${array.max});`);
      const size = this.#layout.fixedSize(type);
      if (size !== null) this.#code.add(`let q = o.reserve(n * ${size});`, "const c = o.bytes;");
      this.#code.add("for (let k = 0; k < n; k++) {", `const e = v_${name}[k]!;`);
      if (size === null) this.#write(type, "e", name);
      else {
        this.#put(type, "e", "q", name, "c");
        this.#code.add(`q += ${size};`);
      }
      this.#code.add("}");
    }
    this.#code.add("}");
  }

  /** The value of a bit byte: presence and bools. */
  #bits(byte: number): string {
    const parts: string[] = [];
    for (const step of stepsOf(this.#record)) {
      if (step.kind === "bits") continue;
      const value = `v.${step.field.name}`;
      const { presence } = step;
      if (presence?.byte === byte) parts.push(`(${value} != null ? ${presence.mask} : 0)`);
      if (step.kind !== "bool" || step.bit.byte !== byte) continue;
      const bit = `bit(${this.#path(step.field.name)}, ${value}) * ${step.bit.mask}`;
      parts.push(presence === null ? bit : `(${value} != null ? ${bit} : 0)`);
    }
    return parts.join(" | ");
  }

  /** A value of any size, at the end of the output. */
  #write(type: ValueType, value: string, name: string): void {
    const field = this.#path(name);
    if (type.kind === "string" || type.kind === "bytes") {
      const method = type.kind === "string" ? "string" : "blob";
      this.#code.add(`o.${method}(${field}, ${value}, ${type.bounds.min}, ${type.bounds.max});`);
      return;
    }
    const size = this.#layout.fixedSize(type);
    if (size !== null) {
      this.#code.add(`const q = o.reserve(${size});`, "const c = o.bytes;");
      this.#put(type, value, "q", name, "c");
    } else if (type.kind === "named") this.#code.add(`write${type.name}(o, ${value});`);
    else this.#code.add(`o.${type.scalar}(${this.#checked(type.scalar, value, field)});`);
  }

  /** A value of fixed size into reserved bytes. */
  #put(type: ValueType, value: string, at: string, name: string, b = "b"): void {
    const field = this.#path(name);
    if (type.kind === "named") {
      const isEnum = this.#layout.kindOf(type.name) === "enum";
      this.#code.add(
        isEnum
          ? `${b}[${at}] = number${type.name}(${field}, ${value});`
          : `put${type.name}(${b}, ${at}, ${value});`,
      );
      return;
    }
    if (type.kind === "bytes") {
      const { max } = type.bounds;
      this.#code.add(`if (${value}.length !== ${max}) misfit(${field}, "${max} bytes", ${value});`);
      this.#code.add(`${b}.set(${value}, ${at});`);
      return;
    }
    if (type.kind !== "scalar") throw new Error("a string has no fixed size");
    const { scalar } = type;
    const checked = this.#checked(scalar, value, field);
    const width = WIDTHS[scalar];
    if (scalar === "bool") this.#code.add(`${b}[${at}] = ${checked};`);
    else if (width === undefined) {
      const put = scalar === "f32" ? "putF32" : scalar === "f64" ? "putF64" : "putU64";
      this.#code.add(`${put}(${b}, ${at}, ${checked});`);
    } else {
      this.#code.add(`${b}[${at}] = ${checked};`);
      for (let byte = 1; byte < width; byte++) {
        this.#code.add(`${b}[${place(at, byte)}] = ${value} >>> ${byte * 8};`);
      }
    }
  }

  /** The value, or a throw. */
  #checked(scalar: Scalar, value: string, field: string): string {
    const wrap = WRAPS[scalar];
    if (wrap !== undefined) {
      const rule = scalar === "varint" ? "u32" : scalar === "zigzag" ? "i32" : scalar;
      return `${wrap(value)} === ${value} ? ${value} : misfit(${field}, "${rule}", ${value})`;
    }
    switch (scalar) {
      case "bool":
        return `bit(${field}, ${value})`;
      case "f32":
        return `finite32(${field}, ${value})`;
      case "f64":
        return `finite64(${field}, ${value})`;
      case "u64":
      case "varint64":
        return `unsigned64(${field}, ${value})`;
      default:
        return `signed64(${field}, ${value})`;
    }
  }

  #path(name: string): string {
    return `"${this.#record.name}.${name}"`;
  }
}

function place(start: string, offset: number): string {
  return offset === 0 ? start : `${start} + ${offset}`;
}
