/** The pipeline on what the real toolchain makes: AssemblyScript, embedded and wrapped by jco. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { MANIFEST_SECTION } from "@rockpool/protocol";
import asc from "assemblyscript/asc";
import { Metered } from "../wasm/assembler.testkit.ts";
import { DEPTH_BUDGET } from "../wasm/limits.ts";
import { Sink } from "../wasm/sink.ts";
import { buildImage, DEFAULT_NODE_MAXIMA } from "./pipeline.ts";
import { renameExports } from "./renameExports.testkit.ts";

const WORLD = createRequire(import.meta.url).resolve("@rockpool/wit/world.wit");

const SOURCE = `
@external("rockpool:game/host@0.1.0", "send")
declare function send(to: u32, data: usize, length: usize): void;
let messages: u32 = 0;
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize { return heap.alloc(size); }
export function room_create(data: usize, length: usize): usize { return memory.data(16); }
export function room_join(who: u32, data: usize, length: usize): usize { return memory.data(16); }
export function room_message(who: u32, data: usize, length: usize): void {
  messages++;
  let sum: u8 = 0;
  for (let n: usize = 0; n < length; n++) sum += load<u8>(data + n);
  store<u8>(data, sum);
  send(who, data, length);
}
export function room_tick(dt: f64): void { while (dt > 0) messages++; }
export function room_timer(id: u32): void { room_timer(id + 1); messages++; }
export function room_drop(who: u32): void { memory.grow(who); }
export function room_rejoin(who: u32): void { const ints = new Array<i32>(); while (true) ints.push(1); }
export function room_leave(who: u32, why: u32): void {}
export function room_fault(data: usize, length: usize): void {}
export function room_save(): usize { return memory.data(16); }
export function room_restore(data: usize, length: usize): usize { return memory.data(16); }
export function room_close(): void {}
`;

async function makeComponent(): Promise<Uint8Array> {
  const compiled = await asc.compileString(SOURCE, { optimizeLevel: 3, runtime: "stub", use: ["abort="] });
  assert.ok(compiled.binary, compiled.stderr.toString());
  const core = renameExports(compiled.binary, (name) => name.replace(/^room_/, "rockpool:game/room@0.1.0#"));
  const embedded = await componentEmbed({
    binary: core,
    witSource: readFileSync(WORLD, "utf8"),
    world: "game-room",
  } as Parameters<typeof componentEmbed>[0]);
  const component = await componentNew(embedded, []);
  const manifest = new Sink().name(MANIFEST_SECTION).append(new TextEncoder().encode('{"name":"echo"}'));
  return new Sink().append(component).section(0, manifest).view.slice();
}

test("a component made by AssemblyScript and jco runs, and its excesses trap", async (t) => {
  const image = buildImage(await makeComponent(), DEFAULT_NODE_MAXIMA);
  const sent: number[][] = [];
  const room = () => new Metered(image.wasm, { host: { send: (...args: number[]) => sent.push(args) } });
  const fuel = BigInt(image.info.manifest.limits.fuel);

  await t.test("it echoes", () => {
    const instance = room();
    const memory = () => new Uint8Array((instance.exports.memory as WebAssembly.Memory).buffer);
    const at = instance.call("realloc", [0, 0, 1, 4], fuel) as number;
    memory().set([1, 2, 3, 4], at);
    instance.call("message", [7, at, 4], fuel);
    assert.deepEqual(sent, [[7, at, 4]]);
    assert.equal(memory()[at], 10);
  });

  for (const [what, callback, argument] of [
    ["an endless loop", "tick", 1],
    ["endless allocation", "rejoin", 1],
    ["a request for 65,535 pages", "drop", 65_535],
  ] as const) {
    await t.test(`${what} runs out of fuel`, () => {
      const instance = room();
      assert.throws(() => instance.call(callback, [argument], fuel), WebAssembly.RuntimeError);
      assert.ok(instance.fuel < 0n || callback === "rejoin");
    });
  }

  await t.test("endless recursion runs out of depth or fuel", () => {
    const instance = room();
    assert.throws(() => instance.call("timer", [1], fuel, DEPTH_BUDGET), WebAssembly.RuntimeError);
    assert.ok(instance.depth < 0 || instance.fuel < 0n);
  });
});
