/** How the depth is handed on: by parameter, by the global, and from one to the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assemble,
  F64,
  I32,
  I64,
  keepAll,
  Metered,
  signature,
  type TestFunction,
  type TestModule,
} from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { OP } from "./opcodes.ts";
import { rewriteModule } from "./rewrite.ts";

const NUMBER = signature([I32]);
const PLENTY = 1_000_000_000n;

function instantiate(spec: TestModule, imports: Record<string, Record<string, unknown>> = {}): Metered {
  return new Metered(rewriteModule(assemble(spec), keepAll()).bytes, imports);
}

/** Calls `target` with one less than parameter 0, unless that is 0. */
function down(target: Code, then = new Code()): Code {
  const next = new Code().localGet(0).i32Const(1).op(OP.i32Sub).append(target.view);
  return new Code().localGet(0).if().append(next.view).append(then.view).end();
}

function indirectly(slot: number): Code {
  return new Code().i32Const(slot).op(OP.callIndirect, 0, 0);
}

/** Calls `func` so often, with this argument. */
function repeat(times: number, argument: number, call: Code): Code {
  const code = new Code().i32Const(times).localSet(0).op(OP.loop, 0x40);
  code.i32Const(argument).append(call.view);
  return code.localGet(0).i32Const(1).op(OP.i32Sub).localTee(0).op(OP.brIf, 0).end();
}

function runner(code: Code): TestFunction {
  return { type: NUMBER, code, exportAs: "run" };
}

/** The lowest depth with which a run does not trap. */
function lowest(start: (depth: number) => { instance: Metered; run: () => unknown }): number {
  let [fails, passes] = [-1, 1 << 20];
  while (passes - fails > 1) {
    const middle = (passes + fails) >> 1;
    const { instance, run } = start(middle);
    try {
      run();
      passes = middle;
    } catch {
      assert.ok(instance.depth < 0, "a trap for depth leaves it below zero");
      fails = middle;
    }
  }
  return passes;
}

function least(spec: TestModule, argument: number): number {
  return lowest((depth) => {
    const instance = instantiate(spec);
    return { instance, run: () => instance.call("run", [argument], PLENTY, depth) };
  });
}

const direct: TestModule = {
  functions: [runner(new Code().localGet(0).call(1)), { type: NUMBER, code: down(new Code().call(1)) }],
};
const viaTable: TestModule = {
  types: [NUMBER],
  functions: [runner(new Code().localGet(0).call(1)), { type: NUMBER, code: down(indirectly(0)) }],
  table: [1],
};
const exported: TestModule = { functions: [runner(down(new Code().call(0)))] };
/** 1 → 2 → 3 → 1, the last call through the table. */
const mixed: TestModule = {
  types: [NUMBER],
  functions: [
    runner(new Code().localGet(0).call(1)),
    { type: NUMBER, code: down(new Code().call(2)) },
    { type: NUMBER, code: new Code().localGet(0).call(3) },
    { type: NUMBER, code: new Code().localGet(0).append(indirectly(0).view) },
  ],
  table: [1],
};

for (const [how, spec] of Object.entries({ direct, "table-driven": viaTable, exported, mixed })) {
  test(`${how} recursion takes the same from the depth at every level`, () => {
    const [a, b, c] = [least(spec, 10), least(spec, 11), least(spec, 30)];
    assert.ok(b > a);
    assert.equal(c - a, 20 * (b - a));
  });

  test(`${how} recursion that is repeated does not use the depth up`, () => {
    const enough = least(spec, 20);
    const functions = spec.functions!.map((func) => ({ ...func, exportAs: "" }));
    const many = runner(repeat(500, 20, new Code().call(0)));
    const all = [...functions.map(({ exportAs: _, ...func }) => func), { ...many, locals: [] }];
    const instance = instantiate({ ...spec, functions: all });
    instance.call("run", [0], PLENTY, enough + 100);
  });

  test(`after ${how} recursion the host finds the depth that it set`, () => {
    const instance = instantiate(spec);
    instance.call("run", [20], PLENTY, 5000);
    assert.equal(instance.depth, 5000);
  });
}

test("recursion started from within recursion has what is left", () => {
  // 1 goes down to 0, and starts 2 at the bottom.
  const bottom = new Code().localGet(0).i32Const(1).op(OP.i32Sub).call(1).op(OP.else);
  const spec = (inner: number): TestModule => ({
    functions: [
      runner(new Code().localGet(0).call(1)),
      { type: NUMBER, code: new Code().localGet(0).if().append(bottom.view).i32Const(inner).call(2).end() },
      { type: NUMBER, code: down(new Code().call(2)) },
    ],
  });
  const level = least(spec(0), 11) - least(spec(0), 10);
  const innerLevel = least(spec(11), 10) - least(spec(10), 10);
  assert.ok(level > 0 && innerLevel > 0);
  assert.equal(least(spec(30), 40), least(spec(10), 10) + 30 * level + 20 * innerLevel);
});

test("a recursion that calls twice gives the second call as much as the first", () => {
  const call = (target: Code) => new Code().localGet(0).i32Const(1).op(OP.i32Sub).append(target.view);
  const twice = (target: Code): TestModule => ({
    types: [NUMBER],
    functions: [runner(new Code().localGet(0).call(1)), { type: NUMBER, code: down(target, call(target)) }],
    table: [1],
  });
  assert.equal(least(twice(new Code().call(1)), 12), least(direct, 12));
  assert.equal(least(twice(indirectly(0)), 12), least(viaTable, 12));
});

test("a host call that enters the guest again leaves the recursion its depth", () => {
  // `run` recurses and calls the host at every level, which calls `allocate`, which recurses as well.
  const body = new Code().call(0).localGet(0).i32Const(1).op(OP.i32Sub).call(1);
  const spec: TestModule = {
    imports: [{ module: "env", name: "host", type: signature([]) }],
    functions: [
      runner(new Code().localGet(0).if().append(body.view).end()),
      { type: NUMBER, code: down(new Code().call(2)), exportAs: "allocate" },
    ],
  };
  const host = () => (instance.exports.allocate as (n: number) => void)(30);
  const instance: Metered = instantiate(spec, { env: { host } });
  instance.call("run", [50], PLENTY, 5000);
  assert.equal(instance.depth, 5000);
});

test("a guest that is entered again by a host call has what is left", () => {
  // `run(n)` goes down n levels and calls the host by way of another function; the host calls `allocate`.
  const spec: TestModule = {
    imports: [{ module: "env", name: "host", type: signature([]) }],
    functions: [
      runner(new Code().localGet(0).call(2)),
      {
        type: NUMBER,
        code: new Code()
          .localGet(0)
          .if()
          .localGet(0)
          .i32Const(1)
          .op(OP.i32Sub)
          .call(2)
          .op(OP.else)
          .call(4)
          .end(),
      },
      { type: NUMBER, code: down(new Code().call(3)), exportAs: "allocate" },
      { type: signature([]), code: new Code().call(0) },
    ],
  };
  const needed = (levels: number, allocating: number) => {
    const host = () => (instance.exports.allocate as (n: number) => void)(allocating);
    let instance: Metered;
    return lowest((depth) => {
      instance = instantiate(spec, { env: { host } });
      return { instance, run: () => instance.call("run", [levels], PLENTY, depth) };
    });
  };
  const level = needed(41, 0) - needed(40, 0);
  const allocateLevel = needed(40, 11) - needed(40, 10);
  assert.ok(level > 0 && allocateLevel > 0);
  assert.equal(needed(40, 30), needed(10, 10) + 30 * level + 20 * allocateLevel);
});

for (const [name, type] of Object.entries({ i32: I32, i64: I64, f64: F64 })) {
  test(`a first local of type ${name} keeps its value and its zero when the depth takes its number`, () => {
    const one = {
      i32: new Code().i32Const(1),
      i64: new Code().i64Const(1),
      f64: new Code().op(OP.f64Const, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f),
    }[name]!;
    const add = { i32: OP.i32Add, i64: OP.i64Add, f64: 0xa0 }[name]!;
    const toI32 = { i32: [] as number[], i64: [0xa7], f64: [0xaa] }[name]!;
    // f(n): local += 1; local += 1; n ? f(n - 1) + local : local
    const code = new Code();
    for (let n = 0; n < 2; n++) code.localGet(1).append(one.view).op(add).localSet(1);
    code.localGet(0).if(-1);
    code
      .localGet(0)
      .i32Const(1)
      .op(OP.i32Sub)
      .call(1)
      .localGet(1)
      .op(...toI32, OP.i32Add);
    code
      .op(OP.else)
      .localGet(1)
      .op(...toI32)
      .end();
    const numbers = signature([I32], [I32]);
    const instance = instantiate({
      functions: [
        { type: numbers, code: new Code().localGet(0).call(1), exportAs: "run" },
        { type: numbers, locals: [type, I64, I32], code },
      ],
    });
    assert.equal(instance.call("run", [9], PLENTY), 20);
  });
}
