/** Each interface of WASI that is offered, called from a core module as wit-component would lower it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "@bytecodealliance/jco";
import type { Fault } from "@rockpool/runtime/instance/outcome.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import type { Verdict } from "@rockpool/runtime/instance/roomHost.js";
import { DiscardingHost } from "@rockpool/runtime/instance/warmup.js";
import { RoomRandom } from "@rockpool/runtime/room/random.js";
import { roomComponent } from "../fuzz/generators/components.ts";
import { roomWat } from "../fuzz/generators/roomWat.ts";
import { refuseOrBuild } from "../fuzz/oracles/refuseOrBuild.ts";
import { SUBJECT } from "../fuzz/oracles/subject.ts";

/** Room time, random numbers of a seed, and what was logged. */
class WasiHost extends DiscardingHost {
  readonly lines: string[] = [];
  readonly #random: RoomRandom;

  constructor(seed = 1) {
    super();
    this.#random = new RoomRandom(Uint32Array.of(seed, 2, 3, 4));
  }

  override readonly now = (): bigint => 5_000_000_123n;
  override readonly random = (): bigint => this.#random.next();
  override readonly log = (level: number, text: string): Verdict => {
    this.lines.push(`${level} ${text}`);
    return "ok";
  };
}

interface Wanted {
  /** `wasi:` interface without version, function, and its type in the text format. */
  readonly imports: readonly (readonly [interfaceName: string, name: string, type: string])[];
  /** Of callback `message`; the imports are $0, $1 and so on. */
  readonly body: string;
  readonly extra?: string;
  readonly seed?: number;
}

/** Memory from 1024 on behind one message, what was logged, and the fault, if any. */
async function run({ imports, body, extra, seed }: Wanted) {
  const lines = imports.map(
    ([interfaceName, name, type], n) =>
      `(import "wasi:${interfaceName}@0.2.3" "${name}" (func $${n} ${type}))`,
  );
  const core = await parse(
    roomWat({ imports: lines.join("\n"), message: body, ...(extra === undefined ? {} : { extra }) }),
  );
  const { info, wasm } = refuseOrBuild(roomComponent(core))!;
  const host = new WasiHost(seed);
  const guest = SUBJECT.make(new WebAssembly.Module(wasm), info, host);
  const outcome = new RoomGuest(guest).message(1, Uint8Array.of(1), 0);
  const memory = Buffer.from(guest.bytes);
  return { memory, lines: host.lines, fault: outcome.status === "fault" ? (outcome as Fault) : null };
}

const LIST = "(param i32)";

test("the environment and the arguments are empty, and there is no working directory", async () => {
  const { memory, fault } = await run({
    imports: [
      ["cli/environment", "get-environment", LIST],
      ["cli/environment", "get-arguments", LIST],
      ["cli/environment", "initial-cwd", LIST],
    ],
    body: `(i64.store (i32.const 1024) (i64.const -1)) (i64.store (i32.const 1032) (i64.const -1))
      (i64.store (i32.const 1040) (i64.const -1))
      (call $0 (i32.const 1024)) (call $1 (i32.const 1032)) (call $2 (i32.const 1040))`,
  });
  assert.equal(fault, null);
  assert.deepEqual([memory.readUInt32LE(1028), memory.readUInt32LE(1036), memory[1040]], [0, 0, 0]);
});

test("exit ends the callback with a fault of its own", async () => {
  for (const [status, word] of [
    [0, "success"],
    [1, "failure"],
  ] as const) {
    const { fault } = await run({
      imports: [["cli/exit", "exit", "(param i32)"]],
      body: `(call $0 (i32.const ${status}))`,
    });
    assert.equal(fault?.code, "exit");
    assert.match(fault.message, new RegExp(`exit with ${word}`));
  }
});

test("standard output and error go to the log, one entry a write, without the line's end", async () => {
  const write = "[method]output-stream.blocking-write-and-flush";
  const { memory, lines, fault } = await run({
    imports: [
      ["cli/stdout", "get-stdout", "(result i32)"],
      ["cli/stderr", "get-stderr", "(result i32)"],
      ["io/streams", write, "(param i32 i32 i32 i32)"],
      ["io/streams", "[method]output-stream.check-write", "(param i32 i32)"],
      ["io/streams", "[method]output-stream.flush", "(param i32 i32)"],
      ["io/streams", "[resource-drop]output-stream", "(param i32)"],
    ],
    extra: '(data (i32.const 512) "hello\\nbroken \\ff\\n")',
    body: `(call $2 (call $0) (i32.const 512) (i32.const 6) (i32.const 1024))
      (call $2 (call $1) (i32.const 518) (i32.const 9) (i32.const 1024))
      (call $2 (call $0) (i32.const 517) (i32.const 1) (i32.const 1024))
      (call $5 (call $0)) (call $3 (call $0) (i32.const 1040)) (call $4 (call $0) (i32.const 1024))`,
  });
  assert.equal(fault, null);
  assert.deepEqual(lines, ["1 hello", "3 broken \ufffd"]);
  assert.equal(memory[1024], 0, "ok");
  assert.deepEqual([memory[1040], memory.readBigUInt64LE(1048)], [0, 4096n]);
});

test("standard input is at its end", async () => {
  const { memory, fault } = await run({
    imports: [
      ["cli/stdin", "get-stdin", "(result i32)"],
      ["io/streams", "[method]input-stream.blocking-read", "(param i32 i64 i32)"],
      ["io/streams", "[method]input-stream.skip", "(param i32 i64 i32)"],
    ],
    body: `(call $1 (call $0) (i64.const 9) (i32.const 1024)) (call $2 (call $0) (i64.const 9) (i32.const 1040))`,
  });
  assert.equal(fault, null);
  assert.deepEqual([memory[1024], memory[1028], memory[1040], memory[1048]], [1, 1, 1, 1]);
});

test("streams are ready whenever they are waited for", async () => {
  const { memory, fault } = await run({
    imports: [
      ["cli/stdout", "get-stdout", "(result i32)"],
      ["io/streams", "[method]output-stream.subscribe", "(param i32) (result i32)"],
      ["io/poll", "[method]pollable.ready", "(param i32) (result i32)"],
      ["io/poll", "[method]pollable.block", "(param i32)"],
      ["io/poll", "poll", "(param i32 i32 i32)"],
    ],
    body: `(i32.store (i32.const 512) (call $1 (call $0))) (i32.store (i32.const 516) (call $1 (call $0)))
      (i32.store (i32.const 1024) (call $2 (i32.load (i32.const 512)))) (call $3 (i32.load (i32.const 512)))
      (call $4 (i32.const 512) (i32.const 2) (i32.const 1032))
      (i64.store (i32.const 1040) (i64.load (i32.load (i32.const 1032))))`,
  });
  assert.equal(fault, null);
  assert.equal(memory.readUInt32LE(1024), 1);
  assert.deepEqual(
    [memory.readUInt32LE(1036), memory.readUInt32LE(1040), memory.readUInt32LE(1044)],
    [2, 0, 1],
  );
});

test("to wait for nothing, or to ask for an error that there is not, breaks the canonical ABI", async () => {
  const wait = await run({
    imports: [["io/poll", "poll", "(param i32 i32 i32)"]],
    body: "(call $0 (i32.const 512) (i32.const 0) (i32.const 1032))",
  });
  assert.equal(wait.fault?.code, "abi");
  const ask = await run({
    imports: [["io/error", "[method]error.to-debug-string", "(param i32 i32)"]],
    body: "(call $0 (i32.const 1) (i32.const 1032))",
  });
  assert.equal(ask.fault?.code, "abi");
});

test("a handle that nobody gave out breaks the canonical ABI, as does a write to standard input", async () => {
  for (const stream of [0, 1, 4, -1]) {
    const { fault, lines } = await run({
      imports: [["io/streams", "[method]output-stream.write", "(param i32 i32 i32 i32)"]],
      body: `(call $0 (i32.const ${stream}) (i32.const 512) (i32.const 1) (i32.const 1024))`,
    });
    assert.equal(fault?.code, "abi", String(stream));
    assert.deepEqual(lines, []);
  }
});

test("a pointer outside memory, or an unaligned result, breaks the canonical ABI", async () => {
  const calls: [string, string, string, string][] = [
    ["cli/environment", "get-environment", LIST, "(call $0 (i32.const 65532))"],
    ["cli/environment", "initial-cwd", LIST, "(call $0 (i32.const 1026))"],
    ["clocks/wall-clock", "now", LIST, "(call $0 (i32.const 1028))"],
    ["random/random", "get-random-bytes", "(param i64 i32)", "(call $0 (i64.const 4) (i32.const -8))"],
    ["random/insecure-seed", "insecure-seed", LIST, "(call $0 (i32.const 65528))"],
  ];
  for (const [interfaceName, name, type, body] of calls) {
    const { fault } = await run({ imports: [[interfaceName, name, type]], body });
    assert.equal(fault?.code, "abi", name);
  }
});

test("both clocks tell room time, to the nanosecond", async () => {
  const { memory, fault } = await run({
    imports: [
      ["clocks/monotonic-clock", "now", "(result i64)"],
      ["clocks/monotonic-clock", "resolution", "(result i64)"],
      ["clocks/wall-clock", "now", LIST],
      ["clocks/wall-clock", "resolution", LIST],
    ],
    body: `(i64.store (i32.const 1024) (call $0)) (i64.store (i32.const 1032) (call $1))
      (call $2 (i32.const 1040)) (call $3 (i32.const 1056))`,
  });
  assert.equal(fault, null);
  assert.deepEqual([memory.readBigUInt64LE(1024), memory.readBigUInt64LE(1032)], [5_000_000_123n, 1n]);
  assert.deepEqual([memory.readBigUInt64LE(1040), memory.readUInt32LE(1048)], [5n, 123]);
  assert.deepEqual([memory.readBigUInt64LE(1056), memory.readUInt32LE(1064)], [0n, 1]);
});

const RANDOM: Wanted = {
  imports: [
    ["random/random", "get-random-u64", "(result i64)"],
    ["random/random", "get-random-bytes", "(param i64 i32)"],
    ["random/insecure", "get-insecure-random-u64", "(result i64)"],
    ["random/insecure", "get-insecure-random-bytes", "(param i64 i32)"],
    ["random/insecure-seed", "insecure-seed", LIST],
  ],
  body: `(i64.store (i32.const 1024) (call $0)) (call $1 (i64.const 11) (i32.const 1032))
    (memory.copy (i32.const 1040) (i32.load (i32.const 1032)) (i32.load (i32.const 1036)))
    (i64.store (i32.const 1056) (call $2)) (call $3 (i64.const 0) (i32.const 1064)) (call $4 (i32.const 1072))`,
};

test("random numbers come from the room's generator, in order", async () => {
  const { memory, fault } = await run(RANDOM);
  assert.equal(fault, null);
  const random = new RoomRandom(Uint32Array.of(1, 2, 3, 4));
  const words = Buffer.alloc(48);
  for (let at = 0; at < 48; at += 8) words.writeBigUInt64LE(random.next(), at);
  assert.deepEqual(memory.subarray(1024, 1032), words.subarray(0, 8));
  assert.equal(memory.readUInt32LE(1036), 11);
  assert.deepEqual(memory.subarray(1040, 1051), words.subarray(8, 19));
  assert.deepEqual(memory.subarray(1056, 1064), words.subarray(24, 32));
  assert.equal(memory.readUInt32LE(1068), 0);
  assert.deepEqual(memory.subarray(1072, 1088), words.subarray(32, 48));
});

test("the same seed gives the same memory, another one another", async () => {
  const [first, again, other] = await Promise.all([run(RANDOM), run(RANDOM), run({ ...RANDOM, seed: 9 })]);
  assert.ok(first.memory.equals(again.memory));
  assert.ok(!first.memory.equals(other.memory));
});

test("more random bytes than there is fuel for are not made", async () => {
  for (const wanted of ["1000000000", "-1"]) {
    const { fault } = await run({
      imports: [["random/random", "get-random-bytes", "(param i64 i32)"]],
      body: `(call $0 (i64.const ${wanted}) (i32.const 1024))`,
    });
    assert.equal(fault?.code, "out-of-fuel", wanted);
  }
});

test("what is written is charged by the byte", async () => {
  const imports: Wanted["imports"] = [["cli/stdout", "get-stdout", "(result i32)"]];
  const { fault } = await run({
    imports: [...imports, ["io/streams", "[method]output-stream.write", "(param i32 i32 i32 i32)"]],
    extra:
      "(func $flood (loop (call $1 (call $0) (i32.const 0) (i32.const 60000) (i32.const 61000)) (br 0)))",
    body: "(call $flood)",
  });
  assert.equal(fault?.code, "out-of-fuel");
});
