import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import type { CallOutcome } from "../../call/calls.ts";
import { startFront, TRANSPORTS } from "../testing/frontUnderTest.ts";
import { Gate } from "../testing/gate.ts";

const post = (body: string | Uint8Array<ArrayBuffer>) => ({ method: "POST", body });

for (const transport of TRANSPORTS) {
  test(`over ${transport}, a call takes raw bytes and gives raw bytes`, async () => {
    const calls = {
      call: async (name: string, request: Uint8Array): Promise<CallOutcome> => ({
        status: "ok",
        body: Buffer.concat([Buffer.from(`${name}:`), request, Buffer.of(0, 255)]),
      }),
    };
    await using running = await startFront(transport, {}, { calls });
    const response = await fetch(
      `http://127.0.0.1:${running.ports.port}/v1/call/score`,
      post(Uint8Array.of(1, 0, 200)),
    );
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    const expected = Buffer.concat([Buffer.from("score:"), Buffer.of(1, 0, 200, 0, 255)]);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), expected);
  });

  const outcomes: [outcome: CallOutcome, status: number, code: string][] = [
    [{ status: "refused", message: "m" }, 422, "refused"],
    [{ status: "not-found", message: "m" }, 404, "not-found"],
    [{ status: "failed", message: "m" }, 500, "failed"],
    [{ status: "over-time", message: "m" }, 504, "over-time"],
    [{ status: "busy", message: "m" }, 503, "busy"],
  ];
  for (const [outcome, status, code] of outcomes) {
    test(`over ${transport}, a call that is ${outcome.status} gives HTTP ${status}`, async () => {
      await using running = await startFront(transport, {}, { calls: { call: async () => outcome } });
      const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/call/score`, post("x"));
      assert.equal(response.status, status);
      assert.deepEqual(await response.json(), { code, message: "m" });
      assert.equal(response.headers.get("retry-after"), code === "busy" ? "1" : null);
    });
  }

  test(`over ${transport}, a client that goes away during a call leaves the node well`, async () => {
    const gate = new Gate<CallOutcome>();
    const called = new Gate();
    const calls = {
      call: () => {
        called.open();
        return gate.promise;
      },
    };
    await using running = await startFront(transport, {}, { calls });
    const socket = connect(running.ports.port, "127.0.0.1");
    socket.write("POST /v1/call/score HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
    await called.promise;
    socket.resetAndDestroy();
    // A round trip, so that the reset has been seen before the answer is ready.
    await fetch(`http://127.0.0.1:${running.ports.port}/healthz`);
    gate.open({ status: "ok", body: new Uint8Array(1) });
    assert.equal((await fetch(`http://127.0.0.1:${running.ports.port}/healthz`)).status, 200);
  });
}
