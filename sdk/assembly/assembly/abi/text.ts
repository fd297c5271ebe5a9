/** Text as the canonical ABI wants it: valid UTF-8, so a lone surrogate becomes U+FFFD. */

/** The length of `text` as UTF-8, in bytes. A lone surrogate counts 3, as U+FFFD does. */
export function textBytes(text: string): i32 {
  return String.UTF8.byteLength(text);
}

/** Writes `text` as UTF-8 to `at`, where `textBytes(text)` bytes must be free. */
export function encodeText(text: string, at: usize): void {
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, at, false, String.UTF8.ErrorMode.REPLACE);
}
