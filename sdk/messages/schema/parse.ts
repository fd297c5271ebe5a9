/** Reads a schema: a recursive descent over its tokens. Names are resolved and rules checked in check.ts. */
import { checkSchema } from "./check.ts";
import { SchemaError } from "./fault.ts";
import { pascal } from "./names.ts";
import {
  type Bounds,
  DEFAULT_ARRAY,
  DEFAULT_BYTES,
  DEFAULT_STRING,
  type EnumType,
  type Field,
  MAX_BOUND,
  type RecordType,
  type Scalar,
  type Schema,
  type UnionType,
  type ValueType,
} from "./schema.ts";
import { type Token, tokenize } from "./tokens.ts";

const SCALARS: ReadonlySet<string> = new Set<Scalar>([
  ...(["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"] as const),
  ...(["bool", "varint", "varint64", "zigzag", "zigzag64"] as const),
]);

/** What people write who think in another language. */
const OTHER_NAMES = new Map([
  ["number", "say how wide: u8, i16, f32, varint …"],
  ["int", "use i32, or zigzag, which is short for small numbers"],
  ["uint", "use u32, or varint, which is short for small numbers"],
  ["float", "use f32"],
  ["double", "use f64"],
  ["boolean", "use bool"],
  ["str", "use string(..16), with the most bytes it may have"],
  ["Uint8Array", "use bytes(..64), with the most it may hold"],
]);

/** Reads and checks a schema. Throws SchemaError. */
export function parseSchema(source: string): Schema {
  const schema = new Parser(source).schema();
  checkSchema(schema, source);
  return schema;
}

class Parser {
  readonly #source: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  schema(): Schema {
    const schema: Schema = { enums: [], records: [], unions: [] };
    while (this.#peek().kind !== "end") {
      const { text, doc, place } = this.#peek();
      if (text === "enum") schema.enums.push(this.#enum());
      else if (text === "union") schema.unions.push(this.#union());
      else if (text === "record" || text === "open") schema.records.push(this.#record(doc));
      else {
        const hint = /^(struct|class|interface|type|message)$/.test(text) ? "use record" : null;
        throw this.#error(place, `expected enum, record or union, found ${quoted(text)}`, hint);
      }
    }
    return schema;
  }

  #enum(): EnumType {
    const { doc, place } = this.#take();
    const name = this.#typeName();
    const values: EnumType["values"] = [];
    this.#expect("{");
    while (!this.#accept("}")) {
      const value = this.#memberName();
      this.#expect("=", "every value has its number: waiting = 0");
      values.push({ ...value, value: this.#number() });
    }
    return { name, doc, values, place };
  }

  #record(doc: string): RecordType {
    const open = this.#accept("open");
    const { place } = this.#expect("record");
    return { name: this.#typeName(), doc, open, fields: this.#fields(), place };
  }

  #union(): UnionType {
    const { doc, place } = this.#take();
    const name = this.#typeName();
    const members: UnionType["members"] = [];
    this.#expect("{");
    while (!this.#accept("}")) {
      const open = this.#peek().text === "open" && this.#tokens[this.#next + 1]!.kind === "word";
      const { doc } = this.#peek();
      if (open) this.#next++;
      const member = this.#memberName();
      this.#expect("=", "every member has its number: move = 1 { cell: u8 }");
      const tag = this.#number();
      const fields = this.#peek().text === "{" ? this.#fields() : [];
      const body = { name: name + pascal(member.name), doc, open, fields, place: member.place };
      members.push({ name: member.name, tag, body, place: member.place });
    }
    return { name, doc, members, place };
  }

  #fields(): Field[] {
    const fields: Field[] = [];
    this.#expect("{", "fields stand in braces: { x: u16, y: u16 }");
    while (!this.#accept("}")) {
      const named = this.#memberName();
      const optional = this.#accept("?");
      this.#expect(":");
      const type = this.#type();
      const array = this.#peek().text === "[" ? this.#bounds("[", "]", DEFAULT_ARRAY) : null;
      if (this.#peek().text === "[") {
        const hint = "put the inner array into a record, and make an array of that";
        throw this.#error(this.#peek().place, "there are no arrays of arrays", hint);
      }
      fields.push({ ...named, optional, type, array });
    }
    return fields;
  }

  #type(): ValueType {
    const { kind, text, place } = this.#take();
    if (kind !== "word") throw this.#error(place, `expected a type, found ${quoted(text)}`);
    if (text === "string" || text === "bytes") {
      const bounded = this.#peek().text === "(";
      const standard = text === "string" ? DEFAULT_STRING : DEFAULT_BYTES;
      const bounds = bounded ? this.#bounds("(", ")", standard) : standard;
      if (text === "string" && bounds.min === bounds.max) {
        throw this.#error(place, "a string has no fixed length", `write string(..${bounds.max})`);
      }
      return { kind: text, bounds };
    }
    if (SCALARS.has(text)) return { kind: "scalar", scalar: text as Scalar };
    const hint = OTHER_NAMES.get(text);
    if (hint !== undefined) throw this.#error(place, `there is no type ${text}`, hint);
    return { kind: "named", name: text };
  }

  /** `[9]` exactly nine, `[..9]` at most, `[2..9]` from two to nine, `[]` the default. */
  #bounds(open: string, close: string, standard: Bounds): Bounds {
    const { place } = this.#expect(open);
    if (this.#accept(close)) return standard;
    const min = this.#peek().text === ".." ? 0 : this.#number();
    const max = this.#accept("..") ? this.#number() : min;
    this.#expect(close);
    if (max < 1 || max > MAX_BOUND || min > max) {
      throw this.#error(place, `a bound is a whole number from 1 to ${MAX_BOUND}, the smaller first`);
    }
    return { min, max };
  }

  #typeName(): string {
    const { kind, text, place } = this.#take();
    if (kind === "word" && /^[A-Z][A-Za-z0-9]*$/.test(text)) return text;
    throw this.#error(place, `a type's name begins with a capital, found ${quoted(text)}`);
  }

  #memberName(): { name: string; doc: string; place: number } {
    const { kind, text, doc, place } = this.#take();
    if (kind === "word" && /^[a-z][A-Za-z0-9]*$/.test(text)) return { name: text, doc, place };
    throw this.#error(place, `expected a name such as cell or stepCount, found ${quoted(text)}`);
  }

  #number(): number {
    const { kind, text, place } = this.#take();
    if (kind === "number" && Number(text) <= MAX_BOUND) return Number(text);
    throw this.#error(place, `expected a whole number up to ${MAX_BOUND}, found ${quoted(text)}`);
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #accept(text: string): boolean {
    if (this.#peek().text !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string, hint: string | null = null): Token {
    const token = this.#take();
    if (token.text === text) return token;
    throw this.#error(token.place, `expected ${quoted(text)}, found ${quoted(token.text)}`, hint);
  }

  #error(place: number, message: string, hint: string | null = null): SchemaError {
    return new SchemaError(this.#source, place, message, hint);
  }
}

function quoted(text: string): string {
  return text.includes(" ") ? text : `"${text}"`;
}
