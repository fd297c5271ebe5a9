/** The rules of a schema beyond its grammar: names, numbers, and that its values are finite. */
import { SchemaError } from "./fault.ts";
import { leastSizes } from "./layout.ts";
import { pascal } from "./names.ts";
import { allRecords, type Field, MAX_BOUND, type Schema } from "./schema.ts";

/** Words that one of the target languages keeps for itself, and the methods of generated classes. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "abstract as async await break case catch class const constructor continue debugger declare default delete do " +
    "else enum export extends false finally for from function get if implements import in instanceof interface is " +
    "keyof let module namespace new null of package private protected public readonly return set static super " +
    "switch this throw true try type typeof undefined var void while with yield bool string i8 i16 i32 i64 u8 u16 " +
    "u32 u64 f32 f64 isize usize v128 encode decode clear kind none refused"
  ).split(" "),
);

/** Names that the generated code uses, or that every program has. */
const TAKEN_TYPES: ReadonlySet<string> = new Set(
  (
    "Reader Writer Records Refused Input Output Room Claims Bytes LeaveReason String Number Boolean Array Map Set " +
    "Math Object Error RangeError Uint8Array ArrayBuffer StaticArray Symbol Date JSON BigInt Infinity NaN Finite F32 F64 U64 I64"
  ).split(" "),
);

/** Enum values and tags have one byte. */
const MAX_TAG = 255;

/** Throws SchemaError at the first rule that is broken. */
export function checkSchema(schema: Schema, source: string): void {
  new Checker(schema, source).check();
}

class Checker {
  readonly #schema: Schema;
  readonly #source: string;
  readonly #types = new Set<string>();

  constructor(schema: Schema, source: string) {
    this.#schema = schema;
    this.#source = source;
  }

  check(): void {
    const { enums, records, unions } = this.#schema;
    for (const { name, place } of [...enums, ...records, ...unions]) this.#declare(name, place);
    for (const union of unions) {
      this.#declare(`${union.name}Kind`, union.place);
      for (const { body } of union.members) this.#declare(body.name, body.place);
    }
    for (const { name, values, place } of enums) this.#numbered(name, place, values);
    for (const { name, members, place } of unions) {
      const values = members.map((member) => ({ ...member, value: member.tag }));
      this.#numbered(name, place, values);
      // In AssemblyScript a member brings `setMember` with it.
      for (const { name: one, place } of members) {
        const taken = members.some((other) => `set${pascal(other.name)}` === one);
        if (taken) this.#fail(place, `${one} is how another member is chosen, so it cannot name one`);
      }
    }
    for (const { name, fields, place } of records) {
      // An array of it would be a number with nothing behind it: a few bytes could ask for millions of objects.
      if (fields.length === 0) this.#fail(place, `${name} has no fields`, "leave it out");
    }
    for (const record of allRecords(this.#schema)) this.#fields(record.fields);
    this.#sizes();
  }

  #declare(name: string, place: number): void {
    if (TAKEN_TYPES.has(name))
      this.#fail(place, `${name} is a name that games use already`, "choose another");
    if (this.#types.has(name)) this.#fail(place, `there are two types of the name ${name}`);
    this.#types.add(name);
  }

  #numbered(owner: string, place: number, values: { name: string; value: number; place: number }[]): void {
    if (values.length === 0) this.#fail(place, `${owner} is empty`);
    const names = new Set<string>();
    const numbers = new Set<number>();
    for (const { name, value, place } of values) {
      this.#name(name, place);
      if (names.has(name)) this.#fail(place, `${owner} has ${name} twice`);
      if (value > MAX_TAG) this.#fail(place, `the number of ${name} must be 0 to ${MAX_TAG}`);
      if (numbers.has(value)) this.#fail(place, `${owner} has the number ${value} twice`);
      names.add(name);
      numbers.add(value);
    }
  }

  #fields(fields: Field[]): void {
    const names = new Set<string>();
    for (const { name, optional, type, place } of fields) {
      this.#name(name, place);
      // In AssemblyScript an optional field brings `hasField` with it.
      for (const one of optional ? [name, `has${pascal(name)}`] : [name]) {
        if (names.has(one)) this.#fail(place, `there are two fields of the name ${one}`);
        names.add(one);
      }
      const known = type.kind !== "named" || this.#isDeclared(type.name);
      if (!known) this.#fail(place, `there is no type ${type.name}`, "declare it: record, enum or union");
    }
  }

  #isDeclared(name: string): boolean {
    const { enums, records, unions } = this.#schema;
    return [...enums, ...records, ...unions].some((one) => one.name === name);
  }

  #name(name: string, place: number): void {
    if (RESERVED.has(name))
      this.#fail(place, `${name} cannot be a name here`, `call it ${name}Value, or better`);
  }

  #sizes(): void {
    const least = leastSizes(this.#schema);
    for (const { name, place } of [...this.#schema.records, ...this.#schema.unions]) {
      const size = least.get(name)!;
      if (size === Number.POSITIVE_INFINITY) {
        this.#fail(place, `a ${name} holds a ${name} without end`, "make a field optional, or an array");
      }
      if (size > MAX_BOUND)
        this.#fail(place, `a ${name} takes ${size} bytes, and a message at most ${MAX_BOUND}`);
    }
  }

  #fail(place: number, message: string, hint: string | null = null): never {
    throw new SchemaError(this.#source, place, message, hint);
  }
}
