import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ChildMethods, ParentMethods } from "./rpc.fixture.ts";
import { type Channel, Rpc } from "./rpc.ts";

const FIXTURE = fileURLToPath(new URL("./rpc.fixture.js", import.meta.url));

function start(): { child: ChildProcess; rpc: Rpc<ParentMethods, ChildMethods> } {
  const child = fork(FIXTURE, { serialization: "advanced" });
  const rpc = new Rpc<ParentMethods, ChildMethods>(child as Channel);
  rpc.handle({ greet: async (name) => `hello ${name}` });
  return { child, rpc };
}

let child: ChildProcess;
let rpc: Rpc<ParentMethods, ChildMethods>;
before(() => {
  ({ child, rpc } = start());
});
after(async () => {
  child.kill();
  await once(child, "exit");
});

test("a request is answered with the handler's result", async () => {
  assert.equal(await rpc.call("double", 21), 42);
});

test("requests under way at the same time each get their own answer", async () => {
  const answers = await Promise.all([1, 2, 3, 4].map((value) => rpc.call("double", value)));
  assert.deepEqual(answers, [2, 4, 6, 8]);
});

test("bytes arrive as bytes, from an asynchronous handler too", async () => {
  assert.deepEqual(await rpc.call("bytes", new Uint8Array([0, 1, 255])), new Uint8Array([255, 254, 0]));
});

test("a handler may ask back over the same channel", async () => {
  assert.equal(await rpc.call("askBack", "shard"), "hello shard");
});

test("a handler's error arrives with its code and message", async () => {
  const expected = {
    name: "RpcError",
    code: "deploy-refused",
    message: "this component imports wasi:sockets",
  };
  await assert.rejects(rpc.call("refuse", undefined), expected);
});

test("an error without a code arrives as internal", async () => {
  await assert.rejects(rpc.call("crashLikeCode", undefined), {
    code: "internal",
    message: "x is not a function",
  });
});

test("an unknown method is refused, even one that every object has", async () => {
  const method = "constructor" as keyof ChildMethods & string;
  await assert.rejects(rpc.call(method, undefined as never), { code: "rpc-unknown-method" });
});

test("a result that cannot be cloned is an error to the asker", async () => {
  await assert.rejects(rpc.call("function", undefined), { code: "rpc-not-cloneable" });
});

test("parameters that cannot be cloned are an error to the asker", async () => {
  const params = (() => {}) as unknown as number;
  await assert.rejects(rpc.call("double", params), { code: "rpc-not-cloneable" });
});

test("a request that is not answered in time is rejected", async () => {
  await assert.rejects(rpc.call("never", undefined, 20), { code: "rpc-timeout" });
});

test("requests under way are rejected when the other process dies, and later ones at once", async () => {
  const dying = start();
  const exited = once(dying.child, "exit");
  await assert.rejects(dying.rpc.call("exit", undefined), { code: "rpc-closed" });
  await exited;
  await assert.rejects(dying.rpc.call("double", 1), { code: "rpc-closed" });
});
