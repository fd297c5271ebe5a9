/** A line of log text that is put together in the arena, without a managed allocation. */
import { allocate } from "./arena";
import { encodeText, textBytes } from "./text";

/** Bytes of the longest line; what does not fit is left out. */
// @ts-ignore: decorator
@inline const LINE_BYTES: i32 = 1024;

@unmanaged
export class Line {
  /** Address of the text. */
  at: usize;
  /** In bytes. */
  length: i32;

  /** An empty line, valid until the callback returns. */
  static begin(): Line {
    const line = changetype<Line>(allocate(offsetof<Line>()));
    line.at = allocate(<usize>LINE_BYTES);
    line.length = 0;
    return line;
  }

  add(text: string): void {
    const bytes = textBytes(text);
    if (bytes > LINE_BYTES - this.length) return;
    encodeText(text, this.at + <usize>this.length);
    this.length += bytes;
  }

  /** In decimal: at most 10 digits. */
  number(value: u32): void {
    if (LINE_BYTES - this.length < 10) return;
    let digits = 1;
    for (let rest = value; rest > 9; rest /= 10) digits++;
    let rest = value;
    for (let i = digits - 1; i >= 0; i--) {
      store<u8>(this.at + <usize>(this.length + i), <u8>(0x30 + (rest % 10)));
      rest /= 10;
    }
    this.length += digits;
  }
}
