/**
 * A schema as an AssemblyScript module: a class for each record and union, made once by the game and filled
 * again for every message, so that messages make no garbage but their strings and bytes.
 */
import { fingerprint } from "../schema/fingerprint.ts";
import { Layout } from "../schema/layout.ts";
import { pascal } from "../schema/names.ts";
import {
  allRecords,
  type EnumType,
  type Field,
  type RecordType,
  type Schema,
  type UnionType,
  type ValueType,
} from "../schema/schema.ts";
import { emitRead } from "./assemblyRead.ts";
import { emitWrite } from "./assemblyWrite.ts";
import { Code } from "./code.ts";

const WIRE = "@rockpool/assembly/messages/wire";
const WIRE_VALUES =
  "begin beginWrite blob count enter finished laterBits leave narrow putBlob putCount putEnter putString putVarint " +
  "requireFinite requireLength sound take text unzigzag32 unzigzag64 varint widen widenWrite zigzag32 zigzag64";

/** @param version the schema's, from the manifest; it becomes MESSAGES_VERSION */
export function generateAssembly(schema: Schema, version: number): string {
  const layout = new Layout(schema);
  const code = new Code().add(
    "// Generated from messages.rock: change that file instead.",
    `import { Reader, Records, Writer } from "@rockpool/assembly";`,
    `import { ${WIRE_VALUES.split(" ").join(", ")} } from "${WIRE}";`,
    `/** "messages" of rockpool.json. */`,
    `export const MESSAGES_VERSION: u32 = ${version};`,
    "/** Equal on two sides whose messages have the same bytes. */",
    `export const MESSAGES_FINGERPRINT: u32 = ${fingerprint(schema)};`,
  );
  for (const one of schema.enums) emitEnum(code, one);
  for (const record of allRecords(schema)) emitRecord(code, layout, record);
  for (const union of schema.unions) emitUnion(code, layout, union);
  return code.toString();
}

function emitEnum(code: Code, { name, doc, values }: EnumType): void {
  code.add("").doc(doc).add(`export enum ${name} {`);
  for (const one of values) code.doc(one.doc).add(`${pascal(one.name)} = ${one.value},`);
  code.add("}", `function is${name}(value: i32): bool {`);
  const known = values.map(({ value }) => value).sort((a, b) => a - b);
  const dense = known.at(-1)! - known[0]! === known.length - 1;
  const test = dense
    ? `value >= ${known[0]} && value <= ${known.at(-1)}`
    : known.map((value) => `value == ${value}`).join(" || ");
  code.add(`return ${test};`, "}");
}

function emitRecord(code: Code, layout: Layout, record: RecordType): void {
  code.add("").doc(record.doc).add(`export class ${record.name} {`);
  for (const field of record.fields) emitField(code, layout, field);
  emitPublic(code);
  code.add("clear(): void {");
  for (const field of record.fields) for (const line of clearing(layout, field)) code.add(line);
  code.add("}");
  emitRead(code, layout, record);
  emitWrite(code, layout, record);
  code.add("}");
}

function emitField(code: Code, layout: Layout, field: Field): void {
  const { name, doc, optional } = field;
  const type = assemblyType(layout, field);
  if (optional) code.add(`has${pascal(name)}: bool = false;`);
  code.doc(doc);
  if (!isLazy(layout, field)) {
    code.add(`${name}: ${type} = ${initial(layout, field)};`);
    return;
  }
  // Made at its first use: a type that may hold itself would have no end otherwise.
  code.add(
    `private _${name}: ${type} | null = null;`,
    `get ${name}(): ${type} {`,
    `let value = this._${name};`,
  );
  code.add("if (!value) {", `value = new ${type}();`, `this._${name} = value;`, "}", "return value;", "}");
}

/** The methods that games call. */
function emitPublic(code: Code): void {
  code.add(
    "/** Reads a whole message. False: it was none, and this is cleared. */",
    "decode(from: Reader): bool {",
    "begin(from);",
    "if (this._read() && finished()) return true;",
    "this.clear();",
    "return false;",
    "}",
    "/** Writes this to the end of `out`, and throws when a field does not fit its type. */",
    "encode(out: Writer): Writer {",
    "beginWrite();",
    "this._write(out);",
    "return out;",
    "}",
  );
}

function emitUnion(code: Code, layout: Layout, { name, doc, members }: UnionType): void {
  const kind = `${name}Kind`;
  code.add("", `export enum ${kind} {`, "/** Nothing was decoded or set. */", "None = -1,");
  for (const { name, tag } of members) code.add(`${pascal(name)} = ${tag},`);
  code.add("}").doc(doc).add(`export class ${name} {`, `kind: ${kind} = ${kind}.None;`);
  for (const { name, body } of members) {
    const member = `${kind}.${pascal(name)}`;
    if (body.fields.length === 0) {
      code.add(`set${pascal(name)}(): void {`, `this.kind = ${member};`, "}");
      continue;
    }
    code.add(`private _${name}: ${body.name} | null = null;`);
    code.add(`/** Meaningful while \`kind\` is ${member}. */`, `get ${name}(): ${body.name} {`);
    code.add(`let value = this._${name};`, "if (!value) {", `value = new ${body.name}();`);
    code.add(`this._${name} = value;`, "}", "return value;", "}");
    code.add("/** Chooses this member, cleared, for its fields to be set. */");
    code.add(`set${pascal(name)}(): ${body.name} {`, `this.kind = ${member};`, `const value = this.${name};`);
    code.add("value.clear();", "return value;", "}");
  }
  emitPublic(code);
  code.add("clear(): void {", `this.kind = ${kind}.None;`);
  for (const { name, body } of members) {
    if (body.fields.length > 0) code.add(`if (this._${name}) this.${name}.clear();`);
  }
  code.add("}");
  const depth = layout.isRecursive(name);
  code.add("/** @internal */", "_read(): bool {");
  if (depth) code.add("if (!enter()) return false;");
  code.add(
    "const at = take(1);",
    "if (!at) return false;",
    "const tag = <i32>load<u8>(at);",
    "switch (tag) {",
  );
  for (const { name, tag, body } of members) {
    const nothing = body.fields.length === 0 && !body.open;
    const read = nothing ? "" : ` if (!${place(name, body)}._read()) return false;`;
    code.add(`case ${tag}: {${read} break; }`);
  }
  code.add("default: return false;", "}", `this.kind = <${kind}>tag;`);
  if (depth) code.add("leave();");
  code.add("return true;", "}", "/** @internal */", "_write(out: Writer): void {");
  if (depth) code.add(`putEnter("${name}");`);
  code.add("switch (this.kind) {");
  for (const { name, tag, body } of members) {
    const nothing = body.fields.length === 0 && !body.open;
    const write = nothing ? "" : ` ${place(name, body)}._write(out);`;
    code.add(`case ${kind}.${pascal(name)}: { out.u8(${tag});${write} break; }`);
  }
  code.add(`default: throw new RangeError("${name}.kind is not set");`, "}");
  if (depth) code.add("leave();");
  code.add("}", "}");
}

/** Where a member's fields are; an open member without any is made for the call, since its length is still on the wire. */
function place(name: string, body: RecordType): string {
  return body.fields.length === 0 ? `(new ${body.name}())` : `this.${name}`;
}

/** A field that is made at its first use. */
export function isLazy(layout: Layout, { optional, type, array }: Field): boolean {
  return optional && array === null && type.kind === "named" && layout.kindOf(type.name) !== "enum";
}

/** Whether values of a type are objects of generated classes. */
export function isObject(layout: Layout, type: ValueType): boolean {
  return type.kind === "named" && layout.kindOf(type.name) !== "enum";
}

export function elementType(type: ValueType): string {
  if (type.kind === "string") return "string";
  if (type.kind === "bytes") return "Uint8Array";
  if (type.kind === "named") return type.name;
  const names: Record<string, string> = { varint: "u32", varint64: "u64", zigzag: "i32", zigzag64: "i64" };
  return names[type.scalar] ?? type.scalar;
}

function assemblyType(layout: Layout, { type, array }: Field): string {
  const name = elementType(type);
  if (array === null) return name;
  return isObject(layout, type) ? `Records<${name}>` : `${name}[]`;
}

function initial(layout: Layout, field: Field): string {
  const { type, array } = field;
  if (array !== null) return isObject(layout, type) ? `new Records<${elementType(type)}>()` : "[]";
  if (type.kind === "string") return '""';
  if (type.kind === "bytes")
    return `new Uint8Array(${type.bounds.min === type.bounds.max ? type.bounds.max : 0})`;
  if (isObject(layout, type)) return `new ${elementType(type)}()`;
  if (type.kind === "named") return firstValue(layout, type.name);
  return type.scalar === "bool" ? "false" : "0";
}

function firstValue(layout: Layout, name: string): string {
  const { values } = layout.schema.enums.find((one) => one.name === name)!;
  return `${name}.${pascal(values[0]!.name)}`;
}

/** Statements that bring a field back to how it was made. */
export function clearing(layout: Layout, field: Field): string[] {
  const { name, optional, type, array } = field;
  const lines = optional ? [`this.has${pascal(name)} = false;`] : [];
  if (array !== null)
    lines.push(isObject(layout, type) ? `this.${name}.clear();` : `this.${name}.length = 0;`);
  else if (isLazy(layout, field)) lines.push(`if (this._${name}) this.${name}.clear();`);
  else if (isObject(layout, type)) lines.push(`this.${name}.clear();`);
  else lines.push(`this.${name} = ${initial(layout, field)};`);
  return lines;
}
