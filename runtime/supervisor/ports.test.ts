import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { probePort } from "./ports.ts";

const OPTIONS = { port: "port", host: "host" };

test("port 0 finds a free port, which can then be listened on", async () => {
  const port = await probePort("127.0.0.1", 0, OPTIONS);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
});

test("a free port stays free after the probe", async () => {
  const port = await probePort("127.0.0.1", 0, OPTIONS);
  assert.equal(await probePort("127.0.0.1", port, OPTIONS), port);
  assert.equal(await probePort("127.0.0.1", port, OPTIONS), port);
});

test("a port that another node's shards share among themselves is refused", async (t) => {
  const uws = await import("uWebSockets.js").catch(() => null);
  if (uws === null) return t.skip("uWebSockets.js cannot be loaded here");
  const port = await probePort("0.0.0.0", 0, OPTIONS);
  const app = uws.default.App();
  const socket = await new Promise<unknown>((resolve) => app.listen("0.0.0.0", port, resolve));
  assert.ok(socket);
  try {
    await assert.rejects(probePort("0.0.0.0", port, OPTIONS), {
      code: "port-in-use",
      message: /ROCKPOOL_PORT/,
    });
  } finally {
    app.close();
  }
});
