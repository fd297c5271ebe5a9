/** The operator tables against V8: for each operator, some operand types must validate, and their number must be ours. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assemble, F64, I32, I64, signature } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { VALUE_TYPE } from "./module.ts";
import {
  IMMEDIATE,
  MISC_OPERATORS,
  type OperatorTable,
  PLAIN_OPERATORS,
  VECTOR_OPERATORS,
} from "./opcodes.ts";

const TYPES = [I32, I64, VALUE_TYPE.f32, F64, VALUE_TYPE.v128, VALUE_TYPE.funcref];
const zeros = (count: number) => new Array<number>(count).fill(0);
/** Immediates that are valid in the test's module. Control operators and indices that need more are left out. */
const SAMPLES = new Map<number, number[]>([
  [IMMEDIATE.none, []],
  [IMMEDIATE.memory, [0, 0]],
  [IMMEDIATE.memoryLane, [0, 0, 0]],
  [IMMEDIATE.lane, [0]],
  [IMMEDIATE.v128, zeros(16)],
  [IMMEDIATE.zero, [0]],
  [IMMEDIATE.twoZeros, [0, 0]],
  [IMMEDIATE.i32, [0]],
  [IMMEDIATE.i64, [0]],
  [IMMEDIATE.f32, zeros(4)],
  [IMMEDIATE.f64, zeros(8)],
  [IMMEDIATE.heapType, [0x70]],
]);
const CONTROL = new Set([0x00, 0x05, 0x0b, 0x0f]);

function combinations(length: number): number[][] {
  if (length === 0) return [[]];
  return combinations(length - 1).flatMap((rest) => TYPES.map((type) => [...rest, type]));
}

function validates(
  operator: readonly number[],
  params: readonly number[],
  results: readonly number[],
): boolean {
  const code = new Code();
  for (const n of params.keys()) code.localGet(n);
  code.op(...operator);
  return WebAssembly.validate(
    assemble({ functions: [{ type: signature(params, results), code }], memory: { initial: 1 }, table: [0] }),
  );
}

function check(name: string, table: OperatorTable, encode: (code: number) => number[]): void {
  test(`every ${name} operator takes and leaves as many operands as V8 says`, () => {
    let checked = 0;
    for (const [code, immediate] of table.immediate.entries()) {
      const sample = SAMPLES.get(immediate);
      if (!sample || (table === PLAIN_OPERATORS && CONTROL.has(code))) continue;
      const operator = [...encode(code), ...sample];
      const fits = combinations(table.pops[code]!).some((params) =>
        combinations(table.pushes[code]!).some((results) => validates(operator, params, results)),
      );
      assert.ok(fits, `operator ${operator.map((byte) => byte.toString(16)).join(" ")}`);
      checked++;
    }
    assert.ok(checked > 9);
  });
}

check("plain", PLAIN_OPERATORS, (code) => [code]);
check("miscellaneous", MISC_OPERATORS, (code) => [0xfc, code]);
check("vector", VECTOR_OPERATORS, (code) => (code < 0x80 ? [0xfd, code] : [0xfd, code, 0x01]));
