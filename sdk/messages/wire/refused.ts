/** Why bytes are not a message. A decoder answers it in place of a value; nothing of the message is kept. */

/**
 * - `ends-early`: the bytes end before the value does
 * - `trailing-bytes`: something follows the value
 * - `bad-value`: a number, bool, enum value or tag that its type does not have, or not in its shortest form
 * - `bad-text`: a string is not UTF-8
 * - `out-of-bounds`: a string, array or bytes shorter or longer than declared
 * - `too-deep`: more values within each other than MAX_DEPTH
 */
export type RefusalCode =
  | "ends-early"
  | "trailing-bytes"
  | "bad-value"
  | "bad-text"
  | "out-of-bounds"
  | "too-deep";

/** Not an Error: a stranger's malformed message is an ordinary outcome, and its stack trace would cost more than it. */
export class Refused {
  /** Beside the kinds of a union's members, so that one `switch (message.kind)` sees all outcomes. */
  readonly kind = "refused";
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    this.code = code;
  }
}

/** Leaves the decoder, however deep it is; `refusalOf` catches it. */
export function refuse(code: RefusalCode): never {
  throw new Refused(code);
}

/** What a decoder threw, if it is a refusal; anything else goes on up. */
export function refusalOf(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown;
  throw thrown;
}
