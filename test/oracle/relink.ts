/** Puts a generated program's functions into another module, where functions have other indices. */
import { Code } from "@rockpool/runtime/wasm/code.js";
import { Cursor } from "@rockpool/runtime/wasm/cursor.js";
import type { CoreModule } from "@rockpool/runtime/wasm/module.js";
import { OP } from "@rockpool/runtime/wasm/opcodes.js";
import { OperatorReader } from "@rockpool/runtime/wasm/operatorReader.js";

/** The `n`-th body with its calls renumbered, without its last `end`. */
export function relink(module: CoreModule, n: number, moved: (index: number) => number): Code {
  const body = module.bodies[n]!;
  const reader = new OperatorReader(new Cursor(module.bytes, body.operatorsAt, body.end - 1));
  const code = new Code();
  while (reader.step()) {
    if (reader.op === OP.call) code.call(moved(reader.index));
    else code.append(module.bytes.subarray(reader.at, reader.next));
  }
  return code;
}
