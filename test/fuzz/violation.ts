/** Something that must never happen, found by an oracle. */
export class Violation extends Error {
  override readonly name = "Violation";
}
