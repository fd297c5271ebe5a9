import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_CONFIG_BYTES, MAX_CRITERIA, MAX_CRITERION_BYTES, parseRoomRequest } from "./roomRequest.ts";

const parse = (value: unknown) => parseRoomRequest(Buffer.from(JSON.stringify(value)));

test("an empty body and an empty object ask for any room", () => {
  const any = { ok: true, config: new Uint8Array(0), criteria: [] };
  assert.deepEqual(parseRoomRequest(new Uint8Array(0)), any);
  assert.deepEqual(parse({}), any);
});

test("criteria keep their keys as data, whatever they are called", () => {
  const body = Buffer.from('{"criteria": {"__proto__": "a", "constructor": "b"}}');
  const parsed = parseRoomRequest(body);
  assert.deepEqual(parsed.ok && parsed.criteria, [
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
});

test("every cap lets its own size pass and one more not", () => {
  const config = (bytes: number) => ({ config: Buffer.alloc(bytes).toString("base64") });
  assert.equal(parse(config(MAX_CONFIG_BYTES)).ok, true);
  assert.equal(parse(config(MAX_CONFIG_BYTES + 1)).ok, false);
  const criteria = (count: number) => ({
    criteria: Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"])),
  });
  assert.equal(parse(criteria(MAX_CRITERIA)).ok, true);
  assert.equal(parse(criteria(MAX_CRITERIA + 1)).ok, false);
  const criterion = (bytes: number) => ({ criteria: { k: "v".repeat(bytes) } });
  assert.equal(parse(criterion(MAX_CRITERION_BYTES)).ok, true);
  assert.equal(parse(criterion(MAX_CRITERION_BYTES + 1)).ok, false);
});

test("deep nesting is refused before it is parsed", () => {
  const body = Buffer.from(`{"criteria": ${"[".repeat(60_000)}`);
  assert.deepEqual(parseRoomRequest(body), { ok: false, message: "JSON is nested deeper than 2" });
});

test("brackets within strings are not nesting", () => {
  assert.equal(parse({ criteria: { k: '[[[[{{{{"\\' } }).ok, true);
});

test("what is not an exact request is refused with what to change", () => {
  const bad: [value: unknown, message: RegExp][] = [
    [null, /JSON object/],
    [[], /JSON object/],
    ["x", /JSON object/],
    [{ confg: "" }, /config and criteria only/],
    [{ config: 7 }, /base64/],
    [{ config: "a" }, /base64/],
    [{ config: "YQ" }, /padding/],
    [{ config: "YQ==\n" }, /base64/],
    [{ criteria: [] }, /object of strings/],
    [{ criteria: { k: 7 } }, /a string/],
  ];
  for (const [value, message] of bad) {
    const parsed = parse(value);
    assert.match(parsed.ok ? "accepted" : parsed.message, message, JSON.stringify(value));
  }
  assert.equal(parseRoomRequest(Uint8Array.of(0x22, 0xff, 0x22)).ok, false);
});
