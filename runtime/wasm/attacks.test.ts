/** What must not get away: endless work of every kind, and appetite for memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assemble, I32, keepAll, Metered, signature, type TestModule } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { OP } from "./opcodes.ts";
import { rewriteModule } from "./rewrite.ts";

const NOTHING = signature([]);
const NUMBER = signature([I32]);
const MEMORY_FILL = [0xfc, 0x0b, 0x00];
const MEMORY_COPY = [0xfc, 0x0a, 0x00, 0x00];

function instantiate(spec: TestModule, changes: Parameters<typeof keepAll>[0] = {}): Metered {
  return new Metered(rewriteModule(assemble(spec), keepAll(changes)).bytes);
}

function runsOut(spec: TestModule, args: readonly unknown[] = []): void {
  const instance = instantiate(spec);
  assert.throws(() => instance.call("run", args, 100_000n), WebAssembly.RuntimeError);
  assert.ok(instance.fuel < 0n, `fuel is ${instance.fuel}`);
}

function single(code: Code, more: Partial<TestModule> = {}, type = NOTHING): TestModule {
  return { functions: [{ type, code, exportAs: "run" }], ...more };
}

test("an endless loop runs out of fuel", () => {
  runsOut(single(new Code().op(OP.loop, 0x40).br(0).end()));
});

test("an endless loop by br_if runs out of fuel", () => {
  runsOut(single(new Code().op(OP.loop, 0x40).i32Const(1).op(OP.brIf, 0).end()));
});

test("an endless loop by br_table runs out of fuel", () => {
  runsOut(single(new Code().op(OP.loop, 0x40).i32Const(5).op(OP.brTable, 1, 0, 0).end()));
});

test("an endless loop that carries a value runs out of fuel", () => {
  const code = new Code().i32Const(1).op(OP.loop).u32(1).i32Const(1).op(OP.brIf, 0, 0x1a).end();
  runsOut(single(code, { types: [NOTHING, NUMBER] }));
});

test("a loop that only starts others runs out of fuel", () => {
  const code = new Code().op(OP.loop, 0x40, OP.loop, 0x40).br(1).end().end();
  runsOut(single(code));
});

test("endless recursion runs out of depth before the stack overflows", () => {
  const instance = instantiate(single(new Code().call(0)));
  assert.throws(() => instance.call("run", [], 1_000_000_000n, 32_768), /unreachable/);
  assert.ok(instance.depth < 0);
});

test("endless recursion with a giant frame runs out of depth before the stack overflows", () => {
  const locals = new Array<number>(2000).fill(I32);
  const instance = instantiate({
    functions: [{ type: NOTHING, locals, code: new Code().call(0), exportAs: "run" }],
  });
  assert.throws(() => instance.call("run", [], 1_000_000_000n, 32_768), /unreachable/);
  assert.ok(instance.depth < 0);
});

test("endless recursion over a deep operand stack runs out of depth before the stack overflows", () => {
  const code = new Code();
  for (let n = 0; n < 3000; n++) code.localGet(0);
  code.localGet(0).call(0);
  for (let n = 0; n < 3000; n++) code.op(0x1a);
  const instance = instantiate(single(code, {}, NUMBER));
  assert.throws(() => instance.call("run", [1], 1_000_000_000n, 32_768), /unreachable/);
  assert.ok(instance.depth < 0);
});

test("mutual recursion through call_indirect runs out of depth", () => {
  const indirect = (slot: number) => new Code().i32Const(slot).op(OP.callIndirect, 0, 0);
  const instance = instantiate({
    types: [NOTHING],
    functions: [
      { type: NOTHING, code: indirect(1), exportAs: "run" },
      { type: NOTHING, code: new Code().call(2) },
      { type: NOTHING, code: indirect(0) },
    ],
    table: [0, 1, 2],
  });
  assert.throws(() => instance.call("run", [], 1_000_000_000n, 32_768), /unreachable/);
  assert.ok(instance.depth < 0);
});

test("recursion that branches runs out of fuel", () => {
  const code = new Code().localGet(0).if();
  for (let n = 0; n < 2; n++) code.localGet(0).i32Const(1).op(OP.i32Sub).call(0);
  runsOut(single(code.end(), {}, NUMBER), [60]);
});

test("calls that double at each of forty levels run out of fuel", () => {
  const functions = Array.from({ length: 40 }, (_, n) => ({
    type: NOTHING,
    code: n === 39 ? new Code().op(0x01) : new Code().call(n + 1).call(n + 1),
    ...(n === 0 && { exportAs: "run" }),
  }));
  runsOut({ functions });
});

test("depth is given back when a recursion returns", () => {
  const down = new Code().localGet(0).if().localGet(0).i32Const(1).op(OP.i32Sub).call(0).end();
  const twice = new Code().i32Const(100).call(0).i32Const(100).call(0);
  const instance = instantiate({
    functions: [
      { type: NUMBER, code: down },
      { type: NOTHING, code: twice, exportAs: "run" },
    ],
  });
  instance.call("run", [], 1_000_000n, 2000);
  assert.equal(instance.depth, 2000);
});

test("memory.grow charges for pages that it does not get", () => {
  runsOut(single(new Code().i32Const(30).op(OP.memoryGrow, 0, 0x1a), { memory: { initial: 1 } }));
});

test("memory.grow by 4 Gi pages cannot wrap the charge", () => {
  runsOut(single(new Code().i32Const(-1).op(OP.memoryGrow, 0, 0x1a), { memory: { initial: 1 } }));
});

test("memory.grow past the maximum answers -1", () => {
  const code = new Code().i32Const(16).op(OP.memoryGrow, 0);
  const spec = single(code, { memory: { initial: 1 } }, signature([], [I32]));
  assert.equal(instantiate(spec).call("run", [], 1_000_000n), -1);
});

test("memory.fill pays for its length before it runs", () => {
  const code = new Code()
    .i32Const(0)
    .i32Const(1)
    .i32Const(65_536)
    .op(...MEMORY_FILL);
  const instance = instantiate(single(code, { memory: { initial: 1 } }));
  assert.throws(() => instance.call("run", [], 4000n), /unreachable/);
  assert.equal(new Uint8Array((instance.exports.memory as WebAssembly.Memory).buffer)[0], 0);
});

test("memory.copy in a loop runs out of fuel at the rate of its length", () => {
  const body = new Code()
    .i32Const(0)
    .i32Const(8)
    .i32Const(32_768)
    .op(...MEMORY_COPY);
  runsOut(single(new Code().op(OP.loop, 0x40).append(body.view).br(0).end(), { memory: { initial: 1 } }));
});

test("a loop in the start function runs on the start budget, and not during instantiation", () => {
  const spec: TestModule = {
    functions: [{ type: NOTHING, code: new Code().op(OP.loop, 0x40).br(0).end() }],
    start: 0,
  };
  const instance = instantiate(spec, { startFuel: 5000n });
  assert.throws(() => (instance.exports.initialize as () => void)(), /unreachable/);
  assert.ok(instance.fuel < 0n);
});

test("the start function and initialize run in this order", () => {
  const append = (digit: number) =>
    new Code().globalGet(0).i32Const(10).op(OP.i32Mul).i32Const(digit).op(OP.i32Add).globalSet(0);
  const instance = instantiate({
    functions: [
      { type: NOTHING, code: append(1) },
      { type: NOTHING, code: append(2), exportAs: "initialize" },
    ],
    globals: [{ type: I32, mutable: true, value: new Code().i32Const(0) }],
    start: 0,
  });
  instance.call("initialize", [], 1000n);
  assert.equal((instance.exports.global0 as WebAssembly.Global<number>).value, 12);
});

test("a host call costs 200, and what the host charges meanwhile counts", () => {
  const code = new Code()
    .op(OP.loop, 0x40)
    .call(0)
    .op(OP.loop, 0x40)
    .i32Const(0)
    .op(OP.brIf, 0)
    .end()
    .br(0)
    .end();
  const spec: TestModule = {
    imports: [{ module: "env", name: "host", type: NOTHING }],
    functions: [{ type: NOTHING, code, exportAs: "run" }],
  };
  let calls = 0;
  const charge = () => {
    calls++;
    (instance.exports.fuel as WebAssembly.Global<bigint>).value -= 10_000n;
  };
  const instance = new Metered(rewriteModule(assemble(spec), keepAll()).bytes, { env: { host: charge } });
  assert.throws(() => instance.call("run", [], 100_000n), /unreachable/);
  assert.equal(calls, 10);
});
