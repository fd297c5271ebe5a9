/** Which loops are written several times, and what their rounds cost; that they still do the same, metering.test.ts shows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assemble, I32, keepAll, Metered, signature, type TestModule } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { OP } from "./opcodes.ts";
import { rewriteModule } from "./rewrite.ts";

const NUMBER = signature([I32]);
/** No other constant in these modules is written with these bytes. */
const MARK = 0x7654321;
const MARK_BYTES = Buffer.from(new Code().i32Const(MARK).view);
const DROP = 0x1a;
const PLENTY = 1_000_000n;

function mark(): Code {
  return new Code().i32Const(MARK).op(DROP);
}

/** `run(n)` goes through the loop n times; a round is 6 operators and those in `body`. */
function countdown(body: Code, more: Partial<TestModule> = {}): TestModule {
  const code = new Code().op(OP.loop, 0x40).append(body.view);
  code.localGet(0).i32Const(1).op(OP.i32Sub).localTee(0).i32Const(0).op(0x4a, OP.brIf, 0).end();
  return { functions: [{ type: NUMBER, code, exportAs: "run" }], ...more };
}

function rewritten(spec: TestModule): Buffer {
  return Buffer.from(rewriteModule(assemble(spec), keepAll()).bytes);
}

function marks(spec: TestModule): number {
  const bytes = rewritten(spec);
  let count = 0;
  for (let at = bytes.indexOf(MARK_BYTES); at >= 0; at = bytes.indexOf(MARK_BYTES, at + 1)) count++;
  return count;
}

function fuelOf(spec: TestModule, rounds: number): number {
  const instance = new Metered(rewritten(spec));
  instance.call("run", [rounds], PLENTY);
  return Number(PLENTY - instance.fuel);
}

test("an innermost loop of few operators is written four times", () => {
  assert.equal(marks(countdown(mark())), 4);
});

test("a loop of 49 operators is written once, and one of 48 four times", () => {
  const body = (nops: number) => {
    const code = mark();
    for (let n = 0; n < nops; n++) code.op(OP.nop);
    return code;
  };
  // The mark is 2 operators, the countdown 7.
  assert.equal(marks(countdown(body(39))), 4);
  assert.equal(marks(countdown(body(40))), 1);
});

test("a loop that calls is written once", () => {
  const spec = countdown(mark().call(1));
  const functions = [...spec.functions!, { type: signature([]), code: new Code() }];
  assert.equal(marks({ ...spec, functions }), 1);
});

test("a loop that fills memory is written once", () => {
  const fill = mark().i32Const(0).i32Const(0).i32Const(0).op(0xfc, 0x0b, 0);
  assert.equal(marks(countdown(fill, { memory: { initial: 1 } })), 1);
});

test("a loop around another is written once, and the inner one four times", () => {
  const inner = new Code().op(OP.loop, 0x40).append(mark().view).i32Const(0).op(OP.brIf, 0).end();
  assert.equal(marks(countdown(inner)), 4);
  const outer = new Code().op(OP.loop, 0x40).i32Const(0).op(OP.brIf, 0).end().append(mark().view);
  assert.equal(marks(countdown(outer)), 1);
});

test("every round costs the same, in whichever copy it is", () => {
  const spec = countdown(mark());
  const once = fuelOf(spec, 1);
  for (let rounds = 2; rounds < 20; rounds++) {
    assert.equal(fuelOf(spec, rounds), once + (rounds - 1) * 9, `${rounds} rounds`);
  }
});

test("who leaves by a branch, a table, a return or the end pays for the rounds begun", () => {
  const leave = (how: Code) => new Code().localGet(0).i32Const(10).op(0x46).if().append(how.view).end();
  const ways: Record<string, Code> = {
    branch: new Code().br(2),
    "conditional branch": new Code().i32Const(1).op(OP.brIf, 2),
    table: new Code().i32Const(0).op(OP.brTable, 1, 2, 2),
    return: new Code().op(OP.return),
  };
  for (const [way, how] of Object.entries(ways)) {
    const looped = countdown(leave(how)).functions![0]!.code;
    const code = new Code().block(-64).append(looped.view).end();
    const spec = { functions: [{ type: NUMBER, code, exportAs: "run" }] };
    const costs = Array.from({ length: 9 }, (_, n) => fuelOf(spec, 11 + n));
    const steps = costs.slice(1).map((cost, n) => cost - costs[n]!);
    assert.ok(steps[0]! > 10, way);
    assert.ok(
      steps.every((step) => step === steps[0]),
      `${way}: ${steps}`,
    );
  }
});

test("an unrolled loop stops at most three rounds after its fuel ran out", () => {
  const store = new Code().i32Const(0).localGet(0).op(0x36, 2, 0);
  const instance = new Metered(rewritten(countdown(store, { memory: { initial: 1 } })));
  assert.throws(() => instance.call("run", [1000], 500n), /unreachable/);
  const done = 1000 - new Int32Array((instance.exports.memory as WebAssembly.Memory).buffer)[0]!;
  assert.ok(done <= Math.ceil(500 / 10) + 3, `${done} rounds for 500 units`);
});
