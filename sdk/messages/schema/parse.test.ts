import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SchemaError } from "./fault.ts";
import { fingerprint } from "./fingerprint.ts";
import { parseSchema } from "./parse.ts";

describe("a mistake is shown with its place, and what to do:", () => {
  const cases: [string, string, number, number, RegExp][] = [
    ["an unknown type", "record A {\n  x: Point\n}", 2, 3, /no type Point[\s\S]*declare it/],
    ["a type of another language", "record A { x: number }", 1, 15, /say how wide/],
    ["another word for record", "struct A { x: u8 }", 1, 1, /use record/],
    ["arrays of arrays", "record A { x: u8[2][3] }", 1, 20, /into a record/],
    ["a string of one length", "record A { x: string(4) }", 1, 15, /string\(\.\.4\)/],
    ["a bound of nothing", "record A { x: u8[..0] }", 1, 17, /from 1 to/],
    ["a bound too large", "record A { x: u8[..16777217] }", 1, 20, /up to 16777216/],
    ["a name twice", "record A { x: u8, x: u8 }", 1, 19, /two fields/],
    ["a name that AssemblyScript needs", "record A { x?: u8, hasX: bool }", 1, 20, /two fields/],
    ["a reserved name", "record A { class: u8 }", 1, 12, /cannot be a name/],
    ["a type twice", "record A { x: u8 } enum A { a = 1 }", 1, 1, /two types/],
    ["a number twice", "enum A { a = 1, b = 1 }", 1, 17, /number 1 twice/],
    ["a number too large", "union A { a = 256 }", 1, 11, /0 to 255/],
    ["a record without fields", "record A { }", 1, 1, /no fields/],
    ["a record that holds itself", "record A { a: A }", 1, 1, /without end/],
    ["records that hold each other", "record A { b: B[2] } record B { a: A }", 1, 1, /without end/],
    ["a value larger than any message", "record A { x: u64[16777216] }", 1, 1, /takes 134217728 bytes/],
    ["a comment without an end", "record A { x: u8 } /* so", 1, 20, /close it/],
    ["an end too early", "record A { x: u8", 1, 17, /the end of the file/],
  ];
  for (const [what, source, line, column, message] of cases) {
    test(what, () => {
      assert.throws(
        () => parseSchema(source),
        (error) => {
          assert.ok(error instanceof SchemaError);
          assert.match(error.message, message);
          assert.deepEqual([error.fault.line, error.fault.column], [line, column]);
          return true;
        },
      );
    });
  }
});

test("types may hold themselves where a value can end", () => {
  parseSchema("record A { next?: A, all: A[], either: U } union U { leaf = 0, node = 1 { a: A } }");
});

test("the fingerprint changes with the bytes, and with nothing else", () => {
  const of = (source: string): number => fingerprint(parseSchema(source));
  const first = of("record A { x: u8, y: u8 } record B { a: A }");
  assert.equal(of("record B { other: A } /** Doc. */ record A { left: u8, right: u8 }"), first);
  assert.notEqual(of("record A { x: u8, y: i8 } record B { a: A }"), first);
  assert.notEqual(of("open record A { x: u8, y: u8 } record B { a: A }"), first);
  assert.notEqual(of("record A { x: u8, y?: u8 } record B { a: A }"), first);
});
