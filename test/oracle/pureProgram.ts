/** Random programs without a host, whose results and final memory come back as two numbers. */
import {
  assemble,
  I32,
  I64,
  signature,
  type TestFunction,
} from "@rockpool/runtime/wasm/assembler.testkit.js";
import { Code, EMPTY_BLOCK } from "@rockpool/runtime/wasm/code.js";
import { readModule } from "@rockpool/runtime/wasm/moduleReader.js";
import { OP } from "@rockpool/runtime/wasm/opcodes.js";
import { generateProgram } from "@rockpool/runtime/wasm/programs.testkit.js";
import { relink } from "./relink.ts";

export interface PureProgram {
  /** Exports `check`, which answers what `run` answers, and a digest of the memory behind it. */
  readonly module: Uint8Array;
  readonly args: readonly [number, number];
}

const MEMORY_SIZE = [0x3f, 0];
const PAGE_SHIFT = 16;
const I64_LOAD = [0x29, 3, 0];
const I64_XOR = 0x85;
const I64_ROTL = 0x89;
const I32_SHL = 0x74;
const I32_LT_U = 0x49;
/** Prime of 64-bit FNV. */
const PRIME = 0x100000001b3n;

export function pureProgram(seed: number): PureProgram {
  const { spec, args } = generateProgram(seed);
  const module = readModule(assemble(spec));
  const program = spec.functions!;
  const moved = (index: number) => (index === 0 ? program.length : index - 1);
  const functions: TestFunction[] = program.map(({ type, locals }, n) => ({
    type,
    locals: locals ?? [],
    code: relink(module, n, moved),
  }));
  functions.push({ type: signature([I32], [I32]), code: new Code().localGet(0).i32Const(3).op(OP.i32Mul) });
  functions.push(check());
  const linked = { ...spec, imports: [], functions, table: spec.table!.map(moved) };
  return { module: assemble(linked), args: [args[0]!, args[1]!] };
}

/** Calls function 0, then takes in the memory eight bytes at a time. */
function check(): TestFunction {
  const [at, hash] = [2, 3];
  const code = new Code().localGet(0).localGet(1).call(0).op(OP.loop).signed(EMPTY_BLOCK);
  code
    .localGet(hash)
    .localGet(at)
    .op(...I64_LOAD)
    .op(I64_XOR)
    .i64Const(PRIME)
    .op(OP.i64Mul);
  code.i64Const(29).op(I64_ROTL).localSet(hash);
  code.localGet(at).i32Const(8).op(OP.i32Add).localTee(at);
  code
    .op(...MEMORY_SIZE)
    .i32Const(PAGE_SHIFT)
    .op(I32_SHL, I32_LT_U, OP.brIf, 0)
    .end();
  code.localGet(hash);
  return { type: signature([I32, I32], [I32, I64]), locals: [I32, I64], code, exportAs: "check" };
}
