import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAge, formatBytes, harmless } from "./output.ts";

test("control characters of a function's text do not reach the terminal", () => {
  assert.equal(harmless("a\u001b[2Jb\r\n\u202e\u009bc"), "a\\x1b[2Jb\\x0d\\x0a\\u202e\\x9bc");
});

test("sizes and ages are short", () => {
  assert.deepEqual([7, 1500, 12_345, 2_500_000].map(formatBytes), ["7 B", "1.5 KB", "12 KB", "2.5 MB"]);
  assert.deepEqual([999, 61_000, 3_660_000, 90_000_000].map(formatAge), [
    "0 s",
    "1 min 1 s",
    "1 h 1 min",
    "1 d 1 h",
  ]);
});
