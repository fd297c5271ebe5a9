import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_PAGE_BYTES, readPage } from "./page.ts";
import { ImageRefusal } from "./refusal.ts";

const section = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));

function refuses(bytes: Uint8Array, message: RegExp): void {
  assert.throws(
    () => readPage(bytes),
    (error) => error instanceof ImageRefusal && error.code === "page-invalid" && message.test(error.message),
  );
}

test("files keep their paths and bytes", () => {
  const page = readPage(section({ "index.html": "aGk=", "img/a-1.min.svg": "" }));
  assert.deepEqual([...page.keys()], ["index.html", "img/a-1.min.svg"]);
  assert.deepEqual(page.get("index.html"), new Uint8Array([104, 105]));
});

for (const path of [
  "../x",
  "a/../b",
  "/etc/passwd",
  ".hidden",
  "a//b",
  "a/",
  "",
  "a\\b",
  "a b",
  "a%2e",
  "x".repeat(256),
]) {
  test(`the path ${JSON.stringify(path.slice(0, 20))} is refused`, () =>
    refuses(section({ [path]: "" }), /path that is not allowed/));
}

test("a file named __proto__ is a file", () => {
  const page = readPage(new TextEncoder().encode('{"__proto__":"aGk="}'));
  assert.deepEqual([...page.keys()], ["__proto__"]);
});

test("content that is not base64 is refused", () =>
  refuses(section({ "index.html": "???" }), /index\.html is not base64/));
test("content that is not text is refused", () =>
  refuses(section({ "index.html": 7 }), /index\.html is not base64/));
test("an array is refused", () => refuses(section([]), /JSON object/));
test("bytes that are not JSON are refused", () => refuses(new Uint8Array([0xff]), /not JSON/));
test("too many files are refused", () => {
  refuses(section(Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`f${n}`, ""]))), /257 files/);
});
test("an archive above the size limit is refused", () =>
  refuses(new Uint8Array(MAX_PAGE_BYTES + 1), /limit/));
