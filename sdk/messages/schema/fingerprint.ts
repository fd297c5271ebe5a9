/** A number that changes whenever the bytes of a schema's messages may: two sides that have the same agree. */
import { createHash } from "node:crypto";
import type { Field, RecordType, Schema } from "./schema.ts";

/** 32 bits of a SHA-256 over all that shapes the bytes. Names of fields, order of declarations and docs do not. */
export function fingerprint(schema: Schema): number {
  const field = ({ optional, type, array }: Field): unknown => [optional, type, array];
  const record = ({ open, fields }: RecordType): unknown => [open, fields.map(field)];
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  const shape = [
    schema.enums.toSorted(byName).map(({ name, values }) => [name, values.map(({ value }) => value).sort()]),
    schema.records.toSorted(byName).map((one) => [one.name, record(one)]),
    schema.unions
      .toSorted(byName)
      .map(({ name, members }) => [name, members.map(({ tag, body }) => [tag, record(body)]).sort()]),
  ];
  return createHash("sha256").update(JSON.stringify(shape)).digest().readUInt32LE(0);
}
