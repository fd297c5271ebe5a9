import assert from "node:assert/strict";
import { test } from "node:test";
import { isPattern, matches } from "./rule.ts";

for (const [pattern, fits, misses] of [
  ["*", ["a", "room-1"], []],
  ["duel", ["duel"], ["duel-1", "a-duel"]],
  ["duel-*", ["duel-", "duel-1"], ["duel", "a-duel-1"]],
  ["*-final", ["cup-final", "-final"], ["final", "cup-final-2"]],
  ["a*b*c", ["abc", "axbxc", "abbc"], ["ab", "acb", "abcd"]],
  ["ab*ba", ["abba", "abxba"], ["aba"]],
  ["a**b", ["ab", "axb"], ["a"]],
] as const) {
  test(`"${pattern}" describes the names that it should`, () => {
    for (const name of fits) assert.ok(matches(pattern, name), name);
    for (const name of misses) assert.ok(!matches(pattern, name), name);
  });
}

test("patterns are made of what names are made of, and *", () => {
  for (const good of ["*", "a", "a-*", "x".repeat(63)]) assert.ok(isPattern(good), good);
  for (const bad of ["", "A", "a.b", "a/b", "x".repeat(64)]) assert.ok(!isPattern(bad), bad);
});
