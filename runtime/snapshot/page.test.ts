import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeChunk, JOURNAL_VERSION } from "../journal/chunk.ts";
import { InputKind } from "../journal/inputs.ts";
import { exampleInputs, exampleRecord } from "./page.testkit.ts";
import { SNAPSHOT_VERSION } from "./record.ts";

const page = readFileSync(new URL("../../../docs/snapshots.md", import.meta.url), "utf8");

/** The bytes of each example: two hexadecimal digits and a space, up to the words. */
const examples = [...page.matchAll(/```\n([^`]*)```/g)].map((match) => {
  const hex = match[1]!.split("\n").map((line) => /^(?:[0-9a-f]{2}(?: |$))*/.exec(line)![0]);
  return hex.join("").replaceAll(" ", "");
});

test("the snapshot in the page is what the code writes", () => {
  assert.equal(examples[0], exampleRecord().toString("hex"));
});

test("the chunk in the page is what the code writes", () => {
  assert.equal(examples[1], encodeChunk(exampleInputs()).toString("hex"));
});

test("the page has a row for every kind of input and for no other", () => {
  const rows = [...page.matchAll(/^\| (\d+) \| ([a-z]+) \|/gm)].map(([, kind, name]) => [name, Number(kind)]);
  const kinds = Object.entries(InputKind).map(([name, kind]) => [name.toLowerCase(), kind]);
  assert.deepEqual(rows, kinds);
});

test("the page names the versions that the code writes", () => {
  for (const version of [SNAPSHOT_VERSION, JOURNAL_VERSION]) {
    assert.ok(page.includes(`| version | of this format: ${version} |`));
  }
});
