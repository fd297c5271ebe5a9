/** Entries that are appended for the host: what they set and answer, and that no guest can name them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assemble, F64, I32, keepAll, Metered, signature, type TestModule } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { OP } from "./opcodes.ts";
import type { HostEntry } from "./plan.ts";
import { ModuleRefusal } from "./refusal.ts";
import { rewriteModule } from "./rewrite.ts";

const NOTHING = signature([]);
const WHOLE: HostEntry = { of: "run", name: "run-whole", opens: true, closes: true };
const OPENING: HostEntry = { of: "run", name: "run-opening", opens: true, closes: false };
const CLOSING: HostEntry = { of: "run", name: "run-closing", opens: false, closes: true };

function instantiate(spec: TestModule, ...entries: HostEntry[]): Metered {
  return new Metered(rewriteModule(assemble(spec), keepAll({ entries })).bytes);
}

function enter(instance: Metered, name: string, ...args: number[]): number {
  return (instance.exports[name] as (...args: number[]) => number)(...args);
}

/** Does nothing with a parameter. */
const IDLE: TestModule = {
  functions: [{ type: signature([I32]), code: new Code().localGet(0).op(0x1a), exportAs: "run" }],
};
/** Leaves its parameter and one. */
const NEXT: TestModule = {
  functions: [
    {
      type: signature([I32], [I32]),
      code: new Code().localGet(0).i32Const(1).op(OP.i32Add),
      exportAs: "run",
    },
  ],
};

test("an entry that opens and closes answers what the same call leaves of the same fuel", () => {
  const plain = instantiate(IDLE);
  plain.call("run", [7], 1_000n);
  assert.equal(enter(instantiate(IDLE, WHOLE), "run-whole", 1_000, 7), Number(plain.fuel));
});

test("an entry that opens sets both counters, whatever was left of them", () => {
  const instance = instantiate(NEXT, OPENING);
  instance.call("run", [1], 50n, 3);
  enter(instance, "run-opening", 1_000, 1);
  const fresh = instantiate(NEXT);
  fresh.call("run", [1], 1_000n, 10_000);
  assert.deepEqual([instance.fuel, instance.depth], [fresh.fuel, fresh.depth]);
});

test("an entry that opens hands on arguments and result", () => {
  assert.equal(enter(instantiate(NEXT, OPENING), "run-opening", 1_000, 41), 42);
});

test("an entry that closes goes on with the fuel that is there", () => {
  const instance = instantiate(IDLE, OPENING, CLOSING);
  enter(instance, "run-opening", 1_000, 1);
  const left = Number(instance.fuel);
  assert.equal(enter(instance, "run-closing", 1), left - (1_000 - left));
});

test("the largest fuel of a double passes an entry without loss", () => {
  const instance = instantiate(IDLE, WHOLE);
  assert.equal(enter(instance, "run-whole", Number.MAX_SAFE_INTEGER, 1), Number(instance.fuel));
});

test("an endless loop runs out of the fuel that an entry gave it", () => {
  const code = new Code().op(OP.loop, 0x40).br(0).end();
  const instance = instantiate({ functions: [{ type: NOTHING, code, exportAs: "run" }] }, WHOLE);
  assert.throws(() => enter(instance, "run-whole", 100_000), WebAssembly.RuntimeError);
  assert.ok(instance.fuel < 0n);
});

test("endless recursion runs out of the depth that an entry gave it", () => {
  const spec = { functions: [{ type: NOTHING, code: new Code().call(0), exportAs: "run" }] };
  const instance = instantiate(spec, WHOLE);
  assert.throws(() => enter(instance, "run-whole", 1_000_000_000), /unreachable/);
  assert.ok(instance.depth < 0);
});

test("a call to a function that would become an entry is refused", () => {
  const code = new Code().op(OP.f64Const, 0, 0, 0, 0, 0, 0, 0, 0).call(1);
  const component = assemble({ functions: [{ type: NOTHING, code, exportAs: "run" }] });
  assert.throws(
    () => rewriteModule(component, keepAll({ entries: [OPENING] })),
    (error: ModuleRefusal) => error instanceof ModuleRefusal && error.code === "invalid-module",
  );
});

test("entries stand behind an initialize that is appended, too", () => {
  const spec: TestModule = {
    types: [NOTHING],
    functions: [
      { type: signature([I32], [F64]), code: new Code().localGet(0).op(0xb7), exportAs: "run" },
      { type: NOTHING, code: new Code(), exportAs: "initialize" },
      { type: NOTHING, code: new Code() },
    ],
    start: 2,
  };
  assert.equal(enter(instantiate(spec, OPENING), "run-opening", 1_000, 5), 5);
});

test("an export that is not there has no entry", () => {
  assert.equal(instantiate({ functions: [] }, WHOLE).exports["run-whole"], undefined);
});
