/**
 * A run of bytes in memory: what `send`, `put` and `append` take. Games meet it as a Reader, a Writer or the
 * result of `rest()`, and never see where the bytes lie.
 */
export class Bytes {
  /** @internal Address of the first byte. */
  at: usize = 0;
  /** Length in bytes. */
  length: i32 = 0;
}
