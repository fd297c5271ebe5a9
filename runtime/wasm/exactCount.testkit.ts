/**
 * Counts executed operators exactly, as a reference for the metering: every operator is preceded by an
 * addition of its static cost to a global. Slow, and obviously right.
 */

import type { TestModule } from "./assembler.testkit.ts";
import { assemble, I64 } from "./assembler.testkit.ts";
import { Code } from "./code.ts";
import { HOST_CALL_COST } from "./costs.ts";
import { Cursor } from "./cursor.ts";
import { readModule } from "./moduleReader.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";

const FREE: ReadonlySet<number> = new Set([OP.block, OP.loop, OP.else, OP.end, OP.unreachable]);

/** The module with one more mutable global, exported as `executed`. */
export function countExactly(spec: TestModule): Uint8Array {
  const module = readModule(assemble(spec));
  const counter = spec.globals?.length ?? 0;
  const functions = (spec.functions ?? []).map((func, n) => {
    const body = module.bodies[n]!;
    const reader = new OperatorReader(new Cursor(module.bytes, body.operatorsAt, body.end - 1));
    const code = new Code();
    while (reader.step()) {
      if (!FREE.has(reader.op)) {
        const hostCall = reader.op === OP.call && reader.index < module.imports.length;
        const cost =
          reader.op === OP.call ? (hostCall ? 2 + HOST_CALL_COST : 2) : reader.op === OP.callIndirect ? 4 : 1;
        code.globalGet(counter).i64Const(cost).op(OP.i64Add).globalSet(counter);
      }
      code.append(module.bytes.subarray(reader.at, reader.next));
    }
    return { ...func, code };
  });
  return assemble({
    ...spec,
    functions,
    globals: [...(spec.globals ?? []), { type: I64, mutable: true, value: new Code().i64Const(0) }],
    globalExports: [["executed", counter]],
  });
}
