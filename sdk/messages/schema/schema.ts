/** A message schema as it was declared. `parseSchema` makes it; its rules are in check.ts, its bytes in layout.ts. */

export type Scalar =
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "bool"
  | "varint"
  | "varint64"
  | "zigzag"
  | "zigzag64";

/** How many, both ends included. */
export interface Bounds {
  min: number;
  max: number;
}

/** The type of a field, or of an array's elements. A name is that of an enum, a record or a union. */
export type ValueType =
  | { kind: "scalar"; scalar: Scalar }
  | { kind: "string"; bounds: Bounds }
  | { kind: "bytes"; bounds: Bounds }
  | { kind: "named"; name: string };

/** Offset into the source text. */
export type Place = number;

export interface Field {
  name: string;
  doc: string;
  optional: boolean;
  type: ValueType;
  /** Null: a single value. */
  array: Bounds | null;
  place: Place;
}

/** The fields of a record, or of a union's member. */
export interface RecordType {
  /** Of a member: the union's name and its own, as in `ToPlayerScene`. */
  name: string;
  doc: string;
  /** Carries its length, so that fields can be added later. */
  open: boolean;
  fields: Field[];
  place: Place;
}

export interface EnumType {
  name: string;
  doc: string;
  values: { name: string; doc: string; value: number; place: Place }[];
  place: Place;
}

export interface UnionType {
  name: string;
  doc: string;
  members: { name: string; tag: number; body: RecordType; place: Place }[];
  place: Place;
}

/** Everything in the order of its declaration. */
export interface Schema {
  enums: EnumType[];
  records: RecordType[];
  unions: UnionType[];
}

/** A string of a type without bounds: at most this many bytes of UTF-8. */
export const DEFAULT_STRING: Bounds = { min: 0, max: 1024 };
/** `bytes` without bounds. */
export const DEFAULT_BYTES: Bounds = { min: 0, max: 65_536 };
/** An array without bounds: at most this many elements. */
export const DEFAULT_ARRAY: Bounds = { min: 0, max: 1024 };
/** The largest bound that may be declared. */
export const MAX_BOUND = 16_777_216;
/** How many records and unions of recursive types may lie within each other in a value. */
export const MAX_DEPTH = 32;

/** The record types that have bytes of their own: declared ones, then the members of unions. */
export function allRecords(schema: Schema): RecordType[] {
  return [...schema.records, ...schema.unions.flatMap(({ members }) => members.map(({ body }) => body))];
}
