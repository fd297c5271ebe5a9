/** Everything that the reader and the policy refuse, with code and place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assemble, I32, keepAll, signature, type TestModule } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { MODULE_LIMITS } from "./limits.ts";
import { VALUE_TYPE } from "./module.ts";
import { readModule } from "./moduleReader.ts";
import { OP } from "./opcodes.ts";
import type { RewritePlan } from "./plan.ts";
import { ModuleRefusal, type RefusalCode } from "./refusal.ts";
import { rewriteModule } from "./rewrite.ts";
import { surveyBody } from "./survey.ts";

const NOTHING = signature([]);

function refusal(action: () => unknown): ModuleRefusal {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof ModuleRefusal, String(error));
    return error;
  }
  return assert.fail("nothing was refused");
}

function single(code: Code, more: Partial<TestModule> = {}): TestModule {
  return { functions: [{ type: NOTHING, code, exportAs: "run" }], ...more };
}

function refuses(spec: TestModule, code: RefusalCode, plan: Partial<RewritePlan> = {}): ModuleRefusal {
  const refused = refusal(() => rewriteModule(assemble(spec), keepAll(plan)));
  assert.equal(refused.code, code, refused.message);
  return refused;
}

/** For what this V8 does not accept yet, or not without more context: the reader must refuse it by itself. */
function readerRefuses(code: Code, expected: RefusalCode): void {
  const module = readModule(assemble(single(code)));
  const refused = refusal(() => surveyBody(module, module.bodies[0]!, NOTHING, new Set()));
  assert.equal(refused.code, expected);
  assert.equal(refused.offset, module.bodies[0]!.operatorsAt);
}

test("bytes that V8 does not validate are refused with V8's reason", () => {
  const refused = refuses(single(new Code().op(0x6a)), "invalid-module");
  assert.match(refused.message, /not enough arguments/);
});

test("an access to a global that would become ours is refused", () => {
  refuses(single(new Code().op(0x42, 0, OP.globalSet, 0)), "invalid-module");
});

for (const name of ["fuel", "depth", "run-closing"]) {
  test(`an export named ${name} is refused`, () => {
    const entries = [{ of: "run", name: "run-closing", opens: false, closes: true }];
    refuses({ functions: [{ type: NOTHING, code: new Code(), exportAs: name }] }, "reserved-export", {
      entries,
    });
  });
}

test("an import that the plan does not know is refused by its name", () => {
  const imports = [{ module: "wasi", name: "clock", type: NOTHING }];
  const refused = refuses(single(new Code(), { imports }), "import-refused", { renameImport: () => null });
  assert.match(refused.message, /"wasi" "clock"/);
});

test("two exports that become one are refused", () => {
  const functions = ["a", "b"].map((exportAs) => ({ type: NOTHING, code: new Code(), exportAs }));
  refuses({ functions }, "export-refused", { renameExport: () => "same" });
});

test("a memory that starts above its maximum is refused", () => {
  refuses(single(new Code(), { memory: { initial: 17 } }), "memory-size");
});

test("a mutable vector global is refused", () => {
  const value = new Code().op(0xfd, 0x0c, ...new Array<number>(16).fill(0));
  refuses(
    single(new Code(), { globals: [{ type: VALUE_TYPE.v128, mutable: true, value }] }),
    "mutable-global",
  );
});

test("a mutable reference global is refused", () => {
  const value = new Code().op(0xd0, 0x70);
  refuses(
    single(new Code(), { globals: [{ type: VALUE_TYPE.funcref, mutable: true, value }] }),
    "mutable-global",
  );
});

test("a function above the size limit is refused", () => {
  const code = new Code();
  for (let n = 0; n <= MODULE_LIMITS.bodyBytes; n++) code.op(0x01);
  refuses(single(code), "function-size");
});

test("a function with too many locals is refused", () => {
  const locals = new Array<number>(MODULE_LIMITS.locals + 1).fill(I32);
  refuses({ functions: [{ type: NOTHING, locals, code: new Code() }] }, "too-many-locals");
});

test("a table above the size limit is refused", () => {
  refuses(
    single(new Code(), { table: new Array<number>(MODULE_LIMITS.tableElements + 1).fill(0) }),
    "table-size",
  );
});

test("a path above the limit without a check is refused with the function's offset", () => {
  const long = new Code();
  for (let n = 0; n < 100_000; n++) long.op(0x01);
  const functions = Array.from({ length: 4 }, (_, n) => {
    const code = new Code().i32Const(0).if().append(long.view);
    return { type: NOTHING, code: (n === 0 ? code : code.call(n - 1)).op(OP.unreachable).end() };
  });
  assert.ok(refuses({ functions }, "unchecked-work").offset! > 200_000);
});

test("a chain of calls above the stack limit is refused", () => {
  const functions = Array.from({ length: 10 }, (_, n) => ({
    type: NOTHING,
    locals: new Array<number>(2000).fill(I32),
    code: n === 0 ? new Code() : new Code().call(n - 1),
  }));
  refuses({ functions }, "static-stack");
});

const REFUSED: [name: string, code: Code, expected: RefusalCode][] = [
  ["try", new Code().op(0x06, 0x40), "exception-handling"],
  ["throw", new Code().op(0x08, 0), "exception-handling"],
  ["try_table", new Code().op(0x1f, 0x40, 0), "exception-handling"],
  ["return_call", new Code().op(0x12, 0), "tail-call"],
  ["return_call_indirect", new Code().op(0x13, 0, 0), "tail-call"],
  ["call_ref", new Code().op(0x14, 0), "garbage-collection"],
  ["struct.new", new Code().op(0xfb, 0, 0), "garbage-collection"],
  ["an atomic operator", new Code().op(0xfe, 0, 2, 0), "threads"],
  ["relaxed SIMD", new Code().op(0xfd, 0x80, 0x02), "relaxed-simd"],
  ["table.set", new Code().op(0x26, 0), "table-mutation"],
  ["table.init", new Code().op(0xfc, 0x0c, 0, 0), "table-mutation"],
  ["table.copy", new Code().op(0xfc, 0x0e, 0, 0), "table-mutation"],
  ["table.grow", new Code().op(0xfc, 0x0f, 0), "table-mutation"],
  ["table.fill", new Code().op(0xfc, 0x11, 0), "table-mutation"],
  ["memory.init", new Code().op(0xfc, 0x08, 0, 0), "segment-instruction"],
  ["data.drop", new Code().op(0xfc, 0x09, 0), "segment-instruction"],
  ["elem.drop", new Code().op(0xfc, 0x0d, 0), "segment-instruction"],
  ["an unassigned operator", new Code().op(0x27), "unsupported-operator"],
  ["an unassigned vector operator", new Code().op(0xfd, 0x9a, 0x01), "unsupported-operator"],
];
for (const [name, code, expected] of REFUSED) {
  test(`${name} is refused`, () => readerRefuses(code, expected));
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTIONS: [name: string, bytes: number[], expected: RefusalCode][] = [
  ["a 64-bit memory", [5, 3, 1, 4, 1], "memory64"],
  ["a shared memory", [5, 4, 1, 3, 1, 1], "shared-memory"],
  ["two memories", [5, 5, 2, 0, 1, 0, 1], "multiple-memories"],
  ["an exception tag", [13, 3, 1, 0, 0], "exception-handling"],
  ["a structure type", [1, 3, 1, 0x5f, 0], "garbage-collection"],
  ["an imported memory", [2, 8, 1, 1, 0x61, 1, 0x62, 2, 0, 1], "import-refused"],
  ["a table of typed references", [4, 5, 1, 0x64, 0, 0, 1], "unsupported-type"],
  ["a section out of order", [5, 1, 0, 1, 1, 0], "malformed-module"],
  ["a section that ends too early", [5, 9, 1], "malformed-module"],
  ["a section that holds more than it says", [5, 3, 0, 0, 1], "malformed-module"],
  ["a count that cannot be honest", [1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f], "malformed-module"],
  ["a number longer than its type", [1, 6, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "malformed-module"],
];
for (const [name, section, expected] of SECTIONS) {
  test(`${name} is refused`, () => {
    const refused = refusal(() => readModule(Uint8Array.from([...HEADER, ...section])));
    assert.equal(refused.code, expected, refused.message);
    assert.ok(refused.offset! >= HEADER.length);
  });
}

test("no prefix and no single changed byte of a module crashes the rewriter", () => {
  const bytes = assemble(single(new Code().i32Const(1).op(0x1a), { memory: { initial: 1 }, table: [0] }));
  const attempt = (changed: Uint8Array) => {
    for (const action of [() => readModule(changed), () => rewriteModule(changed, keepAll())]) {
      try {
        action();
      } catch (error) {
        assert.ok(error instanceof ModuleRefusal, `${error}`);
        assert.notEqual(error.code, "rewriter-fault");
      }
    }
  };
  for (let length = 0; length < bytes.length; length++) attempt(bytes.slice(0, length));
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0x00, 0x01, 0x40, 0x7f, 0x80, 0xff]) attempt(bytes.with(at, value));
  }
});
