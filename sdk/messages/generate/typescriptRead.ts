/** The reading half of a generated TypeScript module: straight-line code, one bounds check a run of fixed fields. */
import { type Layout, type Step, stepsOf } from "../schema/layout.ts";
import type { Field, RecordType, UnionType, ValueType } from "../schema/schema.ts";
import { type Code, runsOf } from "./code.ts";
import { fieldType } from "./typescript.ts";

/** `readX`; and `getX`, at a place that is known to hold one, where all values of X have the same size. */
export function emitGet(code: Code, layout: Layout, record: RecordType, kind: string | null): void {
  const { name } = record;
  const size = layout.fixedSize({ kind: "named", name });
  if (size !== null) {
    const unused = size === 0 ? "_" : "";
    code.add("", `function get${name}(${unused}b: Uint8Array, ${unused}p: number): ${name} {`);
    let at = 0;
    for (const step of stepsOf(record)) {
      emitStep(code, layout, record, step, place("p", at));
      at += layout.stepSize(step)!;
    }
    code.add(`return ${literal(record, kind)};`, "}");
    code.add(`function read${name}(i: Input): ${name} {`);
    code.add(`return get${name}(i.bytes, i.take(${size}));`, "}");
    return;
  }
  const depth = kind === null && layout.isRecursive(name);
  code.add("", `function read${name}(i: Input): ${name} {`);
  if (depth) code.add("i.enter();");
  if (record.open) code.add("const outer = i.narrow();");
  if (usesBytes(layout, record)) code.add("const b = i.bytes;");
  let number = 0;
  const sizeOf = (step: Step): number | null =>
    record.open && step.kind === "bits" ? null : layout.stepSize(step);
  for (const run of runsOf(stepsOf(record), sizeOf)) {
    const start = `p${number++}`;
    if (run.size) code.add(`const ${start} = i.take(${run.size});`);
    for (const { step, at } of run.steps) {
      emitStep(code, layout, record, step, run.size === null ? null : place(start, at));
    }
  }
  if (record.open) code.add("i.widen(outer);");
  if (depth) code.add("i.leave();");
  code.add(`return ${literal(record, kind)};`, "}");
}

/** Whether the code that reads a record looks at bytes itself. */
function usesBytes(layout: Layout, record: RecordType): boolean {
  return stepsOf(record).some((step) => {
    if (step.kind === "bits") return !record.open;
    return step.kind === "value" && layout.fixedSize(step.field.type) !== null;
  });
}

export function emitReadUnion(code: Code, layout: Layout, { name, members }: UnionType): void {
  const depth = layout.isRecursive(name);
  code.add("", `function read${name}(i: Input): ${name} {`);
  if (depth) code.add("i.enter();", `let value: ${name};`);
  code.add("const tag = i.take(1);", "switch (i.bytes[tag]!) {");
  for (const { tag, body } of members) {
    code.add(
      depth ? `case ${tag}: value = read${body.name}(i); break;` : `case ${tag}: return read${body.name}(i);`,
    );
  }
  code.add(`default: return refuse("bad-value");`, "}");
  if (depth) code.add("i.leave();", "return value;");
  code.add("}");
}

/** A step of a record into the variable of its field. */
function emitStep(code: Code, layout: Layout, record: RecordType, step: Step, at: string | null): void {
  if (step.kind === "bits") {
    const bits = `bits${step.byte}`;
    code.add(`const ${bits} = ${at === null ? "i.laterBits()" : `b[${at}]!`};`);
    if (!record.open && step.mask !== 255) code.add(`if (${bits} > ${step.mask}) refuse("bad-value");`);
    return;
  }
  const { field, presence } = step;
  const target = variable(field);
  if (step.kind === "bool") {
    const value = `(bits${step.bit.byte} & ${step.bit.mask}) !== 0`;
    if (presence === null) code.add(`const ${target} = ${value};`);
    else {
      const present = `(bits${presence.byte} & ${presence.mask}) !== 0`;
      code.add(`const ${target} = ${present} ? ${value} : ${value} ? refuse("bad-value") : null;`);
    }
    return;
  }
  if (at !== null) {
    code.add(`const ${target} = ${getExpression(layout, field.type, at)};`);
    return;
  }
  if (presence === null) {
    emitValue(code, layout, field, target, `const ${target}`);
    return;
  }
  code.add(`let ${target}: ${fieldType(field)} | null = null;`);
  code.add(`if ((bits${presence.byte} & ${presence.mask}) !== 0) {`);
  emitValue(code, layout, field, target, target);
  code.add("}");
}

/** A value whose place is wherever the input is. `assign` is `const x` or `x`. */
function emitValue(code: Code, layout: Layout, field: Field, target: string, assign: string): void {
  const { type, array } = field;
  const size = layout.fixedSize(type);
  if (array === null && size === null) code.add(`${assign} = ${readExpression(type)};`);
  if (array === null && size !== null) {
    code.add(`const q_${field.name} = i.take(${size});`);
    code.add(`${assign} = ${getExpression(layout, type, `q_${field.name}`)};`);
  }
  if (array === null) return;
  const count = `n_${field.name}`;
  const least = layout.leastSize(type);
  code.add(`const ${count} = i.count(${array.min}, ${array.max}, ${least});`);
  code.add(`${assign} = new Array<${fieldType({ ...field, array: null })}>(${count});`);
  if (size === null) {
    code.add(`for (let k = 0; k < ${count}; k++) ${target}[k] = ${readExpression(type)};`);
    return;
  }
  code.add(`let q_${field.name} = i.take(${count} * ${size});`);
  code.add(`for (let k = 0; k < ${count}; k++) {`);
  code.add(`${target}[k] = ${getExpression(layout, type, `q_${field.name}`)};`);
  code.add(`q_${field.name} += ${size};`, "}");
}

/** A value whose size only its bytes tell. */
function readExpression(type: ValueType): string {
  if (type.kind === "named") return `read${type.name}(i)`;
  if (type.kind === "scalar") return `i.${type.scalar}()`;
  return `i.${type.kind === "string" ? "string" : "blob"}(${type.bounds.min}, ${type.bounds.max})`;
}

/** The value of a type of fixed size whose bytes are there, from `at` on. */
function getExpression(layout: Layout, type: ValueType, at: string): string {
  if (type.kind === "bytes") return `b.slice(${at}, ${place(at, type.bounds.max)})`;
  if (type.kind === "named") {
    if (layout.kindOf(type.name) === "enum") return `names${type.name}[b[${at}]!] ?? refuse("bad-value")`;
    return `get${type.name}(b, ${at})`;
  }
  if (type.kind !== "scalar") throw new Error("a string has no fixed size");
  const byte = (offset: number): string => `b[${place(at, offset)}]!`;
  const short = `${byte(0)} | (${byte(1)} << 8)`;
  const word = `${short} | (${byte(2)} << 16) | (${byte(3)} << 24)`;
  switch (type.scalar) {
    case "u8":
      return byte(0);
    case "i8":
      return `(${byte(0)} << 24) >> 24`;
    case "bool":
      return `${byte(0)} < 2 ? ${byte(0)} === 1 : refuse("bad-value")`;
    case "u16":
      return short;
    case "i16":
      return `((${short}) << 16) >> 16`;
    case "u32":
      return `(${word}) >>> 0`;
    case "i32":
      return word;
    default:
      return `get${type.scalar.toUpperCase()}(b, ${at})`;
  }
}

function literal(record: RecordType, kind: string | null): string {
  const fields = record.fields.map((field) => `${field.name}: ${variable(field)}`);
  return `{ ${(kind === null ? fields : [`kind: "${kind}"`, ...fields]).join(", ")} }`;
}

/** A name that no other variable of the generated code has. */
function variable({ name }: Field): string {
  return `v_${name}`;
}

function place(start: string, offset: number): string {
  return offset === 0 ? start : `${start} + ${offset}`;
}
