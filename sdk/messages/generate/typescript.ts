/** A schema as a TypeScript module: its types, and for each record and union an encoder and a strict decoder. */
import { fingerprint } from "../schema/fingerprint.ts";
import { Layout } from "../schema/layout.ts";
import { allRecords, type Field, type RecordType, type Scalar, type Schema } from "../schema/schema.ts";
import { Code } from "./code.ts";
import { emitGet, emitReadUnion } from "./typescriptRead.ts";
import { emitPut, emitWriteUnion } from "./typescriptWrite.ts";

/** What the generated module may need of "@rockpool/messages/wire"; it imports only what it uses. */
const WIRE_VALUES = (
  "bit finite32 finite64 getF32 getF64 getI64 getU64 Input misfit Output putF32 putF64 putU64 refusalOf refuse " +
  "signed64 unsigned64"
).split(" ");

/** @param version the schema's, from the manifest; it becomes MESSAGES_VERSION */
export function generateTypeScript(schema: Schema, version: number): string {
  const layout = new Layout(schema);
  const code = new Code();
  for (const { name, doc, values } of schema.enums) {
    const names: (string | undefined)[] = [];
    for (const { name, value } of values) names[value] = name;
    code.add("").doc(doc);
    code.add(`export type ${name} = ${values.map(({ name }) => `"${name}"`).join(" | ")};`);
    code.add(`const names${name}: readonly (${name} | undefined)[] = [`);
    for (let value = 0; value < names.length; value++) {
      code.add(names[value] === undefined ? "  undefined," : `  "${names[value]}",`);
    }
    code.add("];", `function number${name}(field: string, value: ${name}): number {`, "switch (value) {");
    for (const { name, value } of values) code.add(`case "${name}": return ${value};`);
    const rule = `one of ${values.map(({ name }) => name).join(", ")}`;
    code.add(`default: return misfit(field, "${rule}", value);`, "}", "}");
  }
  const memberNames = new Map(
    schema.unions.flatMap(({ members }) => members.map(({ name, body }) => [body.name, name] as const)),
  );
  for (const record of allRecords(schema)) {
    const kind = memberNames.get(record.name) ?? null;
    emitInterface(code, record, kind);
    emitGet(code, layout, record, kind);
    emitPut(code, layout, record, kind);
    if (kind === null) emitPublic(code, record.name);
  }
  for (const union of schema.unions) {
    code.add("").doc(union.doc);
    code.add(`export type ${union.name} = ${union.members.map(({ body }) => body.name).join(" | ")};`);
    emitReadUnion(code, layout, union);
    emitWriteUnion(code, layout, union);
    emitPublic(code, union.name);
  }
  return preamble(code.toString(), schema, version) + code.toString();
}

function preamble(body: string, schema: Schema, version: number): string {
  const used = WIRE_VALUES.filter((name) => new RegExp(`\\b${name}\\b`).test(body)).concat("Refused");
  const code = new Code().add(
    "// Generated from messages.rock: change that file instead.",
    `import { ${used.join(", ")} } from "@rockpool/messages/wire";`,
    "export { Refused };",
    `/** "messages" of rockpool.json. */`,
    `export const MESSAGES_VERSION = ${version};`,
    "/** Equal on two sides whose messages have the same bytes. */",
    `export const MESSAGES_FINGERPRINT = ${fingerprint(schema)};`,
  );
  if (used.includes("Input")) code.add("const input = new Input();", "const output = new Output();");
  return code.toString();
}

function emitInterface(code: Code, record: RecordType, kind: string | null): void {
  code.add("").doc(record.doc).add(`export interface ${record.name} {`);
  if (kind !== null) code.add(`kind: "${kind}";`);
  for (const field of record.fields) {
    code.doc(field.doc).add(`${field.name}: ${fieldType(field)}${field.optional ? " | null" : ""};`);
  }
  code.add("}");
}

/** Encoder and decoder of a record or a union, as games call them. */
function emitPublic(code: Code, name: string): void {
  code.add(
    "",
    "/** The bytes of a value; throws MessageError when a field does not fit its type. */",
    `export function encode${name}(value: ${name}): Uint8Array {`,
    "output.open();",
    `write${name}(output, value);`,
    "return output.close();",
    "}",
    "",
    "/** The value that bytes are, or why they are none. Never throws. */",
    `export function decode${name}(bytes: Uint8Array): ${name} | Refused {`,
    "input.open(bytes);",
    "try {",
    `const value = read${name}(input);`,
    "input.close();",
    "return value;",
    "} catch (thrown) {",
    "return refusalOf(thrown);",
    "}",
    "}",
  );
}

const BIGINTS: ReadonlySet<Scalar> = new Set<Scalar>(["u64", "i64", "varint64", "zigzag64"]);

/** The type of a field's value when it is there. */
export function fieldType({ type, array }: Field): string {
  let name: string;
  if (type.kind === "scalar") {
    name = type.scalar === "bool" ? "boolean" : BIGINTS.has(type.scalar) ? "bigint" : "number";
  } else name = type.kind === "string" ? "string" : type.kind === "bytes" ? "Uint8Array" : type.name;
  return array === null ? name : `${name}[]`;
}
