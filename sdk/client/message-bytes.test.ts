import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

test("numbers are little endian and packed", () => {
  const bytes = new Writer(1).u8(1).u16(0x0203).u32(0x04050607).i16(-2).f32(1).view();
  assert.deepEqual([...bytes], [1, 3, 2, 7, 6, 5, 4, 0xfe, 0xff, 0, 0, 0x80, 0x3f]);
});

test("varints are LEB128, zigzag before it, and strings carry their length as one", () => {
  assert.deepEqual([...new Writer().varint(300).view()], [0xac, 0x02]);
  assert.deepEqual([...new Writer().varint(0xffff_ffff).view()], [0xff, 0xff, 0xff, 0xff, 0x0f]);
  assert.deepEqual([...new Writer().zigzag(-1).zigzag(1).view()], [1, 2]);
  assert.deepEqual([...new Writer().string("é").text("a").view()], [2, 0xc3, 0xa9, 0x61]);
});

test("what was written is read, at the ends of every range", () => {
  const u64Max = 2n ** 64n - 1n;
  const writer = new Writer(0);
  writer.u8(255).u16(65_535).u32(0xffff_ffff).u64(u64Max);
  writer
    .i8(-128)
    .i16(-32_768)
    .i32(-0x8000_0000)
    .i64(-(2n ** 63n));
  writer.f32(-0.5).f64(Math.PI).bool(true).bool(false);
  writer.varint(0).varint(0xffff_ffff).varint64(u64Max).zigzag(-0x8000_0000).zigzag(0x7fff_ffff);
  writer.string("rock 🪨 pool").string("").bytes(Uint8Array.of(7, 8)).text("tail");
  const reader = new Reader(writer.view());
  assert.deepEqual(
    [reader.u8(), reader.u16(), reader.u32(), reader.u64()],
    [255, 65_535, 0xffff_ffff, u64Max],
  );
  assert.deepEqual(
    [reader.i8(), reader.i16(), reader.i32(), reader.i64()],
    [-128, -32_768, -0x8000_0000, -(2n ** 63n)],
  );
  assert.deepEqual([reader.f32(), reader.f64(), reader.bool(), reader.bool()], [-0.5, Math.PI, true, false]);
  assert.deepEqual([reader.varint(), reader.varint(), reader.varint64()], [0, 0xffff_ffff, u64Max]);
  assert.deepEqual([reader.zigzag(), reader.zigzag()], [-0x8000_0000, 0x7fff_ffff]);
  assert.deepEqual([reader.string(), reader.string()], ["rock 🪨 pool", ""]);
  assert.deepEqual(reader.bytes(2), Uint8Array.of(7, 8));
  assert.equal(reader.text(), "tail");
  assert.equal(reader.remaining, 0);
  assert.equal(reader.ok, true);
});

test("reading past the end gives zeros, and ok stays false", () => {
  const reader = new Reader(Uint8Array.of(1, 2));
  assert.equal(reader.u32(), 0);
  assert.equal(reader.ok, false);
  assert.equal(reader.u8(), 0);
  assert.equal(reader.u64(), 0n);
  assert.equal(reader.f64(), 0);
  assert.equal(reader.string(), "");
  assert.equal(reader.bytes(1).length, 0);
  assert.equal(reader.remaining, 0);
  assert.equal(reader.ok, false);
});

test("a string longer than the message is empty and not ok", () => {
  const reader = new Reader(Uint8Array.of(200, 1, 65));
  assert.equal(reader.string(), "");
  assert.equal(reader.ok, false);
});

for (const [what, bytes] of [
  ["a varint of more than 32 bits", [0xff, 0xff, 0xff, 0xff, 0x1f]],
  ["a varint that never ends", Array(11).fill(0x80)],
  ["a varint that is cut off", [0x80]],
] as const) {
  test(`${what} is not ok`, () => {
    const reader = new Reader(Uint8Array.from(bytes));
    assert.equal(reader.varint(), 0);
    assert.equal(reader.ok, false);
  });
}

test("a 64-bit varint with more than its 64th bit in the tenth byte is not ok", () => {
  const reader = new Reader(Uint8Array.from([...Array(9).fill(0xff), 2]));
  assert.equal(reader.varint64(), 0n);
  assert.equal(reader.ok, false);
});

test("a reader of a view reads the view, not its buffer", () => {
  assert.equal(new Reader(Uint8Array.of(9, 1, 0, 9).subarray(1, 3)).u16(), 1);
});

test("rest and skip take what remains", () => {
  const reader = new Reader(Uint8Array.of(1, 2, 3, 4));
  reader.skip(1);
  assert.deepEqual(reader.rest(), Uint8Array.of(2, 3, 4));
  assert.equal(reader.remaining, 0);
  reader.skip(1);
  assert.equal(reader.ok, false);
});

const TOO_LARGE: [string, (writer: Writer) => void][] = [
  ["256 as u8", (writer) => writer.u8(256)],
  ["-1 as u16", (writer) => writer.u16(-1)],
  ["1.5 as u32", (writer) => writer.u32(1.5)],
  ["NaN as i8", (writer) => writer.i8(Number.NaN)],
  ["2^31 as i32", (writer) => writer.i32(2 ** 31)],
  ["2^32 as varint", (writer) => writer.varint(2 ** 32)],
  ["2^31 as zigzag", (writer) => writer.zigzag(2 ** 31)],
  ["-1 as u64", (writer) => writer.u64(-1n)],
  ["2^63 as i64", (writer) => writer.i64(2n ** 63n)],
  ["2^64 as varint64", (writer) => writer.varint64(2n ** 64n)],
];
for (const [what, write] of TOO_LARGE) {
  test(`${what} throws and writes nothing`, () => {
    const writer = new Writer();
    assert.throws(
      () => write(writer),
      (error: ClientError) => error instanceof ClientError && error.code === "out-of-range",
    );
    assert.equal(writer.length, 0);
  });
}

test("clear starts over", () => {
  const writer = new Writer().u32(1).clear().u8(7);
  assert.deepEqual(writer.view(), Uint8Array.of(7));
});
