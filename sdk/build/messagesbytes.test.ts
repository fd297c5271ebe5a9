/** Typed messages byte by byte, and what their two sides make of limits, older and newer writers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSchema } from "@rockpool/messages";
import { buildFunction } from "./build.ts";
import { BuildError } from "./errors.ts";
import { assemblySide } from "./messages.fixture.ts";
import { importMessages } from "./messagesmodule.ts";
import { folderWith } from "./testfolder.ts";

async function sides(source: string, ...types: string[]) {
  return { ts: await importMessages(parseSchema(source)), as: await assemblySide(source, types) };
}

function refusalCode(value: unknown): string | undefined {
  return (value as { code?: string }).code;
}

test("the example of the README has the bytes that stand there", async () => {
  const { ts, as } = await sides("record R { a: u8, b?: u16, c: bool, d: bytes(2) }", "R");
  const bytes = Uint8Array.of(7, 3, 2, 1, 8, 9);
  const value = { a: 7, b: 258, c: true, d: Uint8Array.of(8, 9) };
  assert.deepEqual(Uint8Array.from(ts.encodeR!(value)), bytes);
  assert.deepEqual(ts.decodeR!(bytes), value);
  assert.deepEqual(as("R", bytes), bytes);
});

test("values nest up to their limit, and one more is refused on both sides", async () => {
  const { ts, as } = await sides("record Node { next?: Node }", "Node");
  const chain = (length: number): Uint8Array => Uint8Array.of(...Array(length - 1).fill(1), 0);
  assert.deepEqual(as("Node", chain(32)), chain(32));
  assert.equal(as("Node", chain(33)), null);
  assert.notEqual(refusalCode(ts.decodeNode!(chain(32))), "too-deep");
  assert.equal(refusalCode(ts.decodeNode!(chain(33))), "too-deep");
  let deep: unknown = null;
  for (let i = 0; i < 33; i++) deep = { next: deep };
  assert.throws(() => ts.encodeNode!(deep), { name: "MessageError" });
});

const REFUSED: [string, string, number[], string][] = [
  ["nothing", "x: u8", [], "ends-early"],
  ["bytes left over", "x: u8", [1, 2], "trailing-bytes"],
  ["a bit that belongs to nothing", "x: bool", [2], "bad-value"],
  ["the value of an absent bool", "x?: bool", [2], "bad-value"],
  ["a bool that is neither", "x: bool[1]", [2], "bad-value"],
  ["a varint that could be shorter", "x: varint", [0x80, 0], "bad-value"],
  ["a varint of 33 bits", "x: varint", [255, 255, 255, 255, 16], "bad-value"],
  ["a varint of 65 bits", "x: varint64", [...Array(9).fill(255), 2], "bad-value"],
  ["NaN", "x: f32", [0, 0, 0xc0, 0x7f], "bad-value"],
  ["an infinity", "x: f64", [0, 0, 0, 0, 0, 0, 0xf0, 0x7f], "bad-value"],
  ["a value that no enum has", "x: E", [4], "bad-value"],
  ["an overlong form in UTF-8", "x: string", [2, 0xc0, 0x80], "bad-text"],
  ["a surrogate in UTF-8", "x: string", [3, 0xed, 0xa0, 0x80], "bad-text"],
  ["a string longer than declared", "x: string(..2)", [3, 65, 65, 65], "out-of-bounds"],
  ["an array shorter than declared", "x: u8[2..4]", [1, 0], "out-of-bounds"],
  ["an array longer than what is there", "x: u64[..1000]", [100, 0], "ends-early"],
];
test("what decoding must refuse is refused on both sides:", async (context) => {
  const records = REFUSED.map(([, fields], i) => `record R${i} { ${fields} }`);
  const { ts, as } = await sides(
    `${records.join("\n")} enum E { a = 3, b = 5 }`,
    ...REFUSED.map((_, i) => `R${i}`),
  );
  for (const [i, [what, , bytes, code]] of REFUSED.entries()) {
    await context.test(what, () => {
      assert.equal(refusalCode(ts[`decodeR${i}`]!(Uint8Array.from(bytes))), code);
      assert.equal(as(`R${i}`, Uint8Array.from(bytes)), null);
    });
  }
});

test("an encoder names the field that does not fit, and the next message is whole again", async () => {
  const ts = await importMessages(parseSchema("record R { a: string(..3), x: i8[..2] }"));
  assert.throws(() => ts.encodeR!({ a: "ab", x: [1, 128] }), /R\.x must be a whole number from -128 to 127/);
  assert.throws(() => ts.encodeR!({ a: "äö", x: [] }), /R\.a must be 0 to 3 long, not 4/);
  assert.throws(() => ts.encodeR!({ a: "", x: [1, 2, 3] }), /R\.x must be 0 to 2 long/);
  assert.deepEqual([...ts.encodeR!({ a: "é", x: [-1] })], [2, 0xc3, 0xa9, 1, 255]);
});

test("readers and writers of an open record get along across a version", async () => {
  const older = await sides("open record R { a: u8, b: bool }", "R");
  const newer = await sides("open record R { a: u8, b: bool, c?: string, d: bool }", "R");
  const [before, after] = [
    { a: 1, b: true },
    { a: 1, b: true, c: "new", d: true },
  ];
  assert.deepEqual(older.ts.decodeR!(newer.ts.encodeR!(after)), before);
  assert.deepEqual(newer.ts.decodeR!(older.ts.encodeR!(before)), { ...before, c: null, d: false });
  assert.ok(older.as("R", newer.ts.encodeR!(after)));
  assert.ok(newer.as("R", older.ts.encodeR!(before)));
});

test("encoded messages stay as they are while others are encoded", async () => {
  const ts = await importMessages(parseSchema("record R { a: bytes }"));
  const all = Array.from({ length: 300 }, (_, i) => ts.encodeR!({ a: new Uint8Array(100).fill(i) }));
  for (const [i, bytes] of all.entries()) assert.equal(bytes.at(-1), i & 255);
  assert.equal(ts.encodeR!({ a: new Uint8Array(40_000) }).length, 40_003);
});

test("a fault in messages.rock fails the build with its line and column", async () => {
  const folder = folderWith({
    "rockpool.json": '{"name":"test"}',
    "messages.rock": "record A {\n  x: float\n}",
  });
  await assert.rejects(buildFunction(folder), (error) => {
    assert.ok(error instanceof BuildError && error.code === "messages");
    assert.match(error.message, /messages\.rock:2:6: there is no type float\n {4}hint: use f32/);
    assert.ok(error.inputs.some((file) => file.endsWith("messages.rock")));
    return true;
  });
});
