/**
 * Random programs over the world `game-room`: the generated functions of the rewriter's own tests, with callbacks
 * around them that call them with what came in, and a bridge below them that makes every host call of the world
 * with arguments that they chose. All pointers are in bounds and all text is ASCII, so a program traps only where
 * it means to; what happens otherwise is the fuzzer's matter.
 */
import { GAME_ROOM } from "@rockpool/runtime/image/world.js";
import {
  assemble,
  I32,
  I64,
  signature,
  type TestFunction,
  type TestModule,
} from "@rockpool/runtime/wasm/assembler.testkit.js";
import { Code } from "@rockpool/runtime/wasm/code.js";
import type { FunctionType } from "@rockpool/runtime/wasm/module.js";
import { readModule } from "@rockpool/runtime/wasm/moduleReader.js";
import { OP } from "@rockpool/runtime/wasm/opcodes.js";
import { generateProgram } from "@rockpool/runtime/wasm/programs.testkit.js";
import { relink } from "./relink.ts";

const HOST_MODULE = "rockpool:game/host@0.1.0";
const ROOM = "rockpool:game/room@0.1.0";
const IMPORTS = [...GAME_ROOM.imports];
const BRIDGE = IMPORTS.length;
/** Index of the program's first function, behind bridge and realloc. */
const PROGRAM = BRIDGE + 2;

// Generated functions write below 0x1200 alone.
const RESULT = 0x1800;
const TEXT = 0x1900;
const HOST_RESULT = 0x1a00;
const POST_CALLS = 0x1b00;
const HEAP = 0x2000;
const HEAP_END = 0xf000;
const STEPS = 200;
/** Global 0 counts the generated functions' steps, global 1 is theirs, this one is the heap's end. */
const HEAP_POINTER = 2;

/** 2^32 divided by the golden ratio: multiplying by it spreads small numbers (Knuth, TAOCP 6.4). */
const GOLDEN = 0x9e3779b1 | 0;

const REM_U = 0x70;
const AND = 0x71;
const XOR = 0x73;
const SHR_U = 0x76;
const LOAD = [0x28, 2, 0];
const STORE = [0x36, 2, 0];
const STORE8 = [0x3a, 0, 0];
const I64_STORE = [0x37, 3, 0];

/** A core module that targets the world; the same seed gives the same one. */
export function worldProgram(seed: number): Uint8Array {
  const { spec } = generateProgram(seed);
  const module = readModule(assemble(spec));
  const moved = (index: number) => (index === 0 ? BRIDGE : index - 1 + PROGRAM);
  const functions: TestFunction[] = [bridge(), realloc()];
  for (const [n, { type, locals }] of spec.functions!.entries()) {
    functions.push({ type, locals: locals ?? [], code: relink(module, n, moved) });
  }
  functions.push(initialize());
  for (const [name, type] of GAME_ROOM.callbacks) {
    functions.push(callback(name, type));
    if (type.results.length > 0) functions.push(postReturn(name));
  }
  const linked: TestModule = {
    ...spec,
    imports: IMPORTS.map(([name, type]) => ({ module: HOST_MODULE, name, type })),
    functions,
    table: spec.table!.map(moved),
    globals: [...spec.globals!, { type: I32, mutable: true, value: new Code().i32Const(HEAP) }],
  };
  return assemble(linked);
}

/** `(value >> shift) & mask` of local 0, above `base`. */
function part(code: Code, shift: number, mask: number, base = 0): Code {
  return code.localGet(0).i32Const(shift).op(SHR_U).i32Const(mask).op(AND).i32Const(base).op(OP.i32Add);
}

const DATA = (code: Code) => part(part(code, 7, 0xfff), 5, 63);
const WORDS = (code: Code) => part(part(code, 5, 31, TEXT), 10, 31);
const NUMBER = (code: Code) => part(code, 5, -1);
const SMALL = (code: Code) => part(code, 5, 3);
const FLAG = (code: Code) => part(code, 5, 1);
const AREA = (code: Code) => code.i32Const(HOST_RESULT);

/** How the bridge makes the arguments of each host call. */
const ARGUMENTS: Record<string, readonly ((code: Code) => Code)[]> = {
  send: [NUMBER, DATA],
  broadcast: [DATA],
  "broadcast-except": [NUMBER, DATA],
  kick: [NUMBER, WORDS],
  players: [AREA],
  room: [AREA],
  now: [],
  random: [],
  "set-timer": [NUMBER, SMALL],
  "clear-timer": [NUMBER],
  "set-tick-rate": [SMALL],
  "set-listing": [WORDS, WORDS],
  lock: [FLAG],
  end: [],
  get: [WORDS, AREA],
  put: [WORDS, DATA],
  delete: [WORDS],
  log: [SMALL, WORDS],
};

/** A host call that its argument and the steps left pick; answers something of what came back. */
function bridge(): TestFunction {
  const code = new Code().localGet(0).globalGet(0).op(OP.i32Add).i32Const(GOLDEN).op(OP.i32Mul).localTee(0);
  code.localGet(0).i32Const(15).op(SHR_U, XOR).localSet(0);
  for (const [index, [name, type]] of IMPORTS.entries()) {
    code.localGet(0).i32Const(IMPORTS.length).op(REM_U).i32Const(index).op(0x46).if();
    for (const argument of ARGUMENTS[name]!) argument(code);
    code.call(index);
    if (type.results[0] === I64) code.op(0xa7).localSet(1);
    code.end();
  }
  code
    .i32Const(HOST_RESULT + 4)
    .op(...LOAD)
    .localGet(1)
    .op(OP.i32Add);
  return { type: signature([I32], [I32]), locals: [I32], code };
}

/** A heap that only goes up, and starts again from below when it is at its end. */
function realloc(): TestFunction {
  const code = new Code().globalGet(HEAP_POINTER).localGet(2).op(OP.i32Add).i32Const(1).op(OP.i32Sub);
  code.i32Const(0).localGet(2).op(OP.i32Sub, AND).localTee(4).localGet(3).op(OP.i32Add);
  code.i32Const(HEAP_END).op(0x4a).if().i32Const(HEAP).localSet(4).end();
  code.localGet(4).localGet(3).op(OP.i32Add).globalSet(HEAP_POINTER).localGet(4);
  return { type: signature([I32, I32, I32, I32], [I32]), locals: [I32], code, exportAs: "cabi_realloc" };
}

/** Puts 64 letters where text is taken from. */
function initialize(): TestFunction {
  const code = new Code();
  for (let n = 0; n < 64; n += 8) {
    const letters = Buffer.from("kabcdefghijklmnopqrstuvwxyz0123456789-_.".slice(n % 32, (n % 32) + 8));
    code
      .i32Const(TEXT + n)
      .i64Const(letters.readBigInt64LE())
      .op(...I64_STORE);
  }
  return { type: signature([]), code, exportAs: "_initialize" };
}

function callback(name: string, type: FunctionType): TestFunction {
  const code = new Code().i32Const(STEPS).globalSet(0);
  const answer = type.params.length;
  if (type.params.length === 0) code.i32Const(name.length);
  else code.localGet(0);
  if (type.params.length === 1 && type.params[0] !== I32) code.op(0xfc, 2);
  // What the last pointer, or number, points at.
  if (type.params.length < 2) code.i32Const(3);
  else
    code
      .localGet(type.params.length - 2)
      .i32Const(0xffff)
      .op(AND, 0x2d, 0, 0);
  // Few programs call their host of themselves: so that every host call is compared, each callback makes one.
  code.call(PROGRAM).call(BRIDGE).localSet(answer);
  if (type.results.length === 0) code.localGet(answer).op(0x1a);
  else judge(code, answer, name === "save");
  return { type, locals: [I32, I32], code, exportAs: `${ROOM}#${name}` };
}

/** Writes a result: an error with text when bits of the answer are zero, else bytes where there are any to give. */
function judge(code: Code, answer: number, bytes: boolean): void {
  const refused = answer + 1;
  code.localGet(answer).i32Const(3).op(AND, 0x45).localSet(refused);
  code
    .i32Const(RESULT)
    .localGet(refused)
    .op(...STORE8);
  code.i32Const(RESULT + 4);
  code.localGet(answer).i32Const(31).op(AND).i32Const(TEXT).op(OP.i32Add);
  code
    .localGet(answer)
    .i32Const(bytes ? 0xfff : 31)
    .op(AND);
  code.localGet(refused).op(0x1b, ...STORE);
  code
    .i32Const(RESULT + 8)
    .localGet(answer)
    .i32Const(5)
    .op(SHR_U)
    .i32Const(31)
    .op(AND, ...STORE);
  code.i32Const(RESULT);
}

/** Counts its calls, so that a side that forgets one is found out. */
function postReturn(name: string): TestFunction {
  const code = new Code()
    .i32Const(POST_CALLS)
    .i32Const(POST_CALLS)
    .op(...LOAD);
  code
    .localGet(0)
    .op(OP.i32Add)
    .i32Const(1)
    .op(OP.i32Add, ...STORE);
  return { type: signature([I32]), code, exportAs: `cabi_post_${ROOM}#${name}` };
}
