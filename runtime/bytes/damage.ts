/** What a strict reader says of bytes that are not what was written: never a partial result. */

export type DamageCode =
  /** The bytes do not begin as such a record does. */
  | "not-a-record"
  /** They end before the record does, or go on after it. */
  | "wrong-length"
  /** The checksum does not match. */
  | "checksum"
  /** Written by a version of the format that this program does not read. */
  | "unknown-version"
  /** The checksum matches, but the contents break the format: a bug of the writer, or a forgery. */
  | "malformed"
  /** Intact, but of another room, another image or another place in the chain. */
  | "out-of-place";

export class DamagedRecord extends Error {
  override readonly name = "DamagedRecord";
  readonly code: DamageCode;

  constructor(code: DamageCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function malformed(what: string): DamagedRecord {
  return new DamagedRecord("malformed", what);
}
