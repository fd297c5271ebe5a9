import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import type { Readiness } from "./front.ts";
import { MAX_CALL_BYTES } from "./routes/call.ts";
import { startFront, TRANSPORTS } from "./testing/frontUnderTest.ts";

const post = (body: string | Uint8Array<ArrayBuffer>) => ({ method: "POST", body });

for (const transport of TRANSPORTS) {
  test(`over ${transport}, /healthz and /v1/ping answer without being stored`, async () => {
    await using running = await startFront(transport);
    const base = `http://127.0.0.1:${running.ports.port}`;
    const health = await fetch(`${base}/healthz`);
    assert.deepEqual(await health.json(), { status: "ok", node: "test-node", shard: 0 });
    const ping = await fetch(`${base}/v1/ping`);
    assert.equal(ping.headers.get("cache-control"), "no-store");
    assert.equal(ping.headers.get("x-content-type-options"), "nosniff");
    assert.deepEqual(await ping.json(), { node: "test-node" });
  });

  test(`over ${transport}, /readyz tells the truth as it changes, with reasons`, async () => {
    let state: Readiness = { ready: false, reasons: ["arena is loading"] };
    await using running = await startFront(transport, {}, { ready: () => state });
    const base = `http://127.0.0.1:${running.ports.port}`;
    const waiting = await fetch(`${base}/readyz`);
    assert.equal(waiting.status, 503);
    assert.deepEqual(await waiting.json(), { status: "not-ready", reasons: ["arena is loading"] });
    state = { ready: true };
    assert.equal((await fetch(`${base}/readyz`)).status, 200);
  });

  test(`over ${transport}, HEAD answers as GET does, without a body`, async () => {
    await using running = await startFront(transport);
    const base = `http://127.0.0.1:${running.ports.port}`;
    const length = (await (await fetch(`${base}/v1/ping`)).text()).length;
    const head = await fetch(`${base}/v1/ping`, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get("content-length"), String(length));
    assert.equal(await head.text(), "");
  });

  test(`over ${transport}, an unknown path gets 404 and a wrong method 405 with allow, as JSON`, async () => {
    await using running = await startFront(transport);
    const base = `http://127.0.0.1:${running.ports.port}`;
    for (const path of ["/nowhere", "/v1", "/v1/call", "/v1/rooms/a/b/c", "/%2e%2e/etc/passwd"]) {
      const response = await fetch(base + path);
      assert.equal(response.status, 404, path);
      assert.equal(await errorCode(response), "not-found");
    }
    const wrong = await fetch(`${base}/v1/ping`, { method: "DELETE" });
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get("allow"), "GET, HEAD, OPTIONS");
    assert.equal(await errorCode(wrong), "method-not-allowed");
    assert.equal((await fetch(`${base}/v1/call/score`)).status, 405);
    assert.equal((await fetch(`${base}/%zz`)).status, 400);
  });

  test(`over ${transport}, bodies over the cap get 413, and the next request is served`, async () => {
    await using running = await startFront(transport);
    const base = `http://127.0.0.1:${running.ports.port}`;
    const room = await fetch(`${base}/v1/rooms/arena`, post(new Uint8Array(131_073)));
    assert.equal(room.status, 413);
    assert.equal(await errorCode(room), "too-large");
    const call = await fetch(`${base}/v1/call/score`, post(new Uint8Array(MAX_CALL_BYTES + 1)));
    assert.equal(call.status, 413);
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
  });

  test(`over ${transport}, a fault in a route gives 500 without its reason, which is logged`, async () => {
    const calls = { call: () => Promise.reject(new Error("secret path")) };
    await using running = await startFront(transport, {}, { calls });
    const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/call/score`, post("x"));
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /secret/);
    assert.deepEqual(running.logged, ["an HTTP request failed"]);
  });

  test(`over ${transport}, CORS opens to all with *, and answers preflights`, async () => {
    await using running = await startFront(transport);
    const address = `http://127.0.0.1:${running.ports.port}/v1/rooms/arena`;
    const headers = { origin: "https://game.example" };
    const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/ping`, { headers });
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    const preflight = await fetch(address, { method: "OPTIONS", headers });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-methods"), "POST, GET, HEAD, OPTIONS");
    assert.equal(preflight.headers.get("access-control-allow-headers"), "content-type");
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  });

  test(`over ${transport}, CORS opens to the listed origins only`, async () => {
    await using running = await startFront(transport, { cors: ["https://game.example"] });
    const address = `http://127.0.0.1:${running.ports.port}/v1/ping`;
    const listed = await fetch(address, { headers: { origin: "https://game.example" } });
    assert.equal(listed.headers.get("access-control-allow-origin"), "https://game.example");
    const other = await fetch(address, { headers: { origin: "https://evil.example" } });
    assert.equal(other.headers.get("access-control-allow-origin"), null);
    for (const response of [listed, other]) assert.equal(response.headers.get("vary"), "origin");
  });

  test(`over ${transport}, a head that is not HTTP ends only that connection`, async () => {
    await using running = await startFront(transport);
    const socket = connect(running.ports.port, "127.0.0.1");
    socket.end("rubbish\r\n\r\n");
    await new Promise((resolve) => socket.on("close", resolve).resume());
    assert.equal((await fetch(`http://127.0.0.1:${running.ports.port}/healthz`)).status, 200);
  });
}

async function errorCode(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}
