/** The writing half of a generated class: every value is checked before its bytes are written. */
import { type Layout, type Step, stepsOf } from "../schema/layout.ts";
import { pascal } from "../schema/names.ts";
import type { RecordType, ValueType } from "../schema/schema.ts";
import { elementType, isObject } from "./assembly.ts";
import { type Code, runsOf } from "./code.ts";

/** `_write`; and `_put`, to an address that was reserved, where all values have the same size. */
export function emitWrite(code: Code, layout: Layout, record: RecordType): void {
  const size = layout.fixedSize({ kind: "named", name: record.name });
  const emitter = new Emitter(code, layout, record);
  code.add("/** @internal */");
  if (size !== null) {
    code.add("_put(p: usize): void {");
    let at = 0;
    for (const step of stepsOf(record)) {
      emitter.step(step, "p", at);
      at += layout.stepSize(step)!;
    }
    code.add("}", "/** @internal */", "_write(out: Writer): void {", `this._put(out.more(${size}));`, "}");
    return;
  }
  const depth = layout.isRecursive(record.name) && layout.schema.records.includes(record);
  code.add("_write(out: Writer): void {");
  if (depth) code.add(`putEnter("${record.name}");`);
  if (record.open) code.add("out.u8(0);", "const opened = out.length;");
  let number = 0;
  for (const run of runsOf(stepsOf(record), (step) => layout.stepSize(step))) {
    const start = `p${number++}`;
    if (run.size) code.add(`const ${start} = out.more(${run.size});`);
    for (const { step, at } of run.steps) emitter.step(step, run.size === null ? null : start, at);
  }
  if (record.open) code.add("widenWrite(out, opened);");
  if (depth) code.add("leave();");
  code.add("}");
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
    if (step.kind === "bool") return;
    if (step.kind === "bits") {
      this.#code.add(`store<u8>(${base!}, <u8>(${this.#bits(step.byte)}), ${offset});`);
      return;
    }
    const { name, type, array } = step.field;
    if (base !== null) {
      this.#put(type, `this.${name}`, base, offset, name);
      return;
    }
    this.#code.add(step.presence === null ? "{" : `if (this.has${pascal(name)}) {`);
    if (array === null) this.#append(type, `this.${name}`, name);
    else {
      this.#code.add(`const list = this.${name};`, "const n = list.length;");
      this.#code.add(`putCount(out, ${this.#path(name)}, n, ${array.min}, ${array.max});`);
      const size = this.#layout.fixedSize(type);
      const object = isObject(this.#layout, type);
      if (size !== null) this.#code.add(`let q = out.more(n * ${size});`);
      this.#code.add(
        "for (let k = 0; k < n; k++) {",
        `const e = ${object ? "list.at(k)" : "unchecked(list[k])"};`,
      );
      if (size === null) this.#append(type, "e", name);
      else {
        this.#put(type, "e", "q", 0, name);
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
      const { name } = step.field;
      const { presence } = step;
      const has = `this.has${pascal(name)}`;
      if (presence?.byte === byte) parts.push(`(${has} ? ${presence.mask} : 0)`);
      if (step.kind !== "bool" || step.bit.byte !== byte) continue;
      const value = presence === null ? `this.${name}` : `${has} && this.${name}`;
      parts.push(`(${value} ? ${step.bit.mask} : 0)`);
    }
    return parts.join(" | ");
  }

  /** A value at the end of the output. */
  #append(type: ValueType, value: string, name: string): void {
    const field = this.#path(name);
    const size = this.#layout.fixedSize(type);
    if (isObject(this.#layout, type)) this.#code.add(`${value}._write(out);`);
    else if (size !== null) {
      this.#code.add("{", `const r = out.more(${size});`);
      this.#put(type, value, "r", 0, name);
      this.#code.add("}");
    } else if (type.kind === "string" || type.kind === "bytes") {
      const put = type.kind === "string" ? "putString" : "putBlob";
      this.#code.add(`${put}(out, ${field}, ${value}, ${type.bounds.min}, ${type.bounds.max});`);
    } else if (type.kind === "scalar") {
      const zigzags: Record<string, string> = { zigzag: "zigzag32", zigzag64: "zigzag64" };
      const zigzag = zigzags[type.scalar];
      this.#code.add(`putVarint(out, ${zigzag === undefined ? value : `${zigzag}(${value})`});`);
    }
  }

  /** A value of fixed size to an address. */
  #put(type: ValueType, value: string, base: string, offset: number, name: string): void {
    const field = this.#path(name);
    if (type.kind === "bytes") {
      const { max } = type.bounds;
      this.#code.add(`requireLength(${field}, ${value}.length, ${max});`);
      this.#code.add(`memory.copy(${base} + ${offset}, ${value}.dataStart, ${max});`);
      return;
    }
    if (isObject(this.#layout, type)) {
      this.#code.add(`${value}._put(${base} + ${offset});`);
      return;
    }
    if (type.kind === "named") {
      this.#code.add(
        `if (!is${type.name}(<i32>${value})) throw new RangeError(${field} + " has no such value");`,
      );
      this.#code.add(`store<u8>(${base}, <u8>${value}, ${offset});`);
      return;
    }
    const stored = elementType(type);
    if (stored === "f32" || stored === "f64") this.#code.add(`requireFinite(${field}, ${value});`);
    if (stored === "bool") this.#code.add(`store<u8>(${base}, ${value} ? 1 : 0, ${offset});`);
    else this.#code.add(`store<${stored}>(${base}, ${value}, ${offset});`);
  }

  #path(name: string): string {
    return `"${this.#record.name}.${name}"`;
  }
}
