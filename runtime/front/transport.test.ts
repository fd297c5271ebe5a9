import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ServerOp } from "@rockpool/protocol";
import { startFront, TRANSPORTS } from "./testing/frontUnderTest.ts";
import { Player } from "./testing/player.ts";
import { ListenError, openTransport, TlsError, type TransportHandlers } from "./transport.ts";

const handlers: TransportHandlers = {
  upgrade: () => ({ accept: false, response: { status: 404, headers: [], body: "" } }),
  http: () => {
    const response = { status: 200, headers: [], body: "here" };
    return { maxBody: 0, answer: () => response, tooLarge: () => response };
  },
};
const options = { host: "127.0.0.1", tls: null };

test("auto takes uWebSockets.js where it loads, without a warning", async () => {
  const warnings: string[] = [];
  const transport = await openTransport("auto", options, handlers, (_, message) => warnings.push(message));
  assert.equal(transport.name, "uws");
  assert.deepEqual(warnings, []);
  transport.destroy();
});

test("auto falls back to ws with one warning that gives the reason, and serves", async () => {
  const warnings: object[] = [];
  const load = () => Promise.reject(new Error("wrong libc\nand a long tale"));
  const transport = await openTransport("auto", options, handlers, (details) => warnings.push(details), load);
  assert.equal(transport.name, "ws");
  assert.deepEqual(warnings, [{ reason: "wrong libc" }]);
  const port = await transport.listen(0, "exclusive");
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "here");
  transport.destroy();
});

test("uws that cannot load is an error, not a fallback", async () => {
  const load = () => Promise.reject(new Error("wrong libc"));
  await assert.rejects(
    openTransport("uws", options, handlers, () => {}, load),
    /wrong libc/,
  );
});

for (const name of TRANSPORTS) {
  test(`over ${name}, a port in use is a ListenError that names it`, async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as import("node:net").AddressInfo;
    const transport = await openTransport(name, options, handlers, () => {});
    await assert.rejects(transport.listen(port, "exclusive"), (error) => {
      assert.ok(error instanceof ListenError);
      assert.equal(error.code, "listen-failed");
      assert.match(error.message, new RegExp(`port ${port}`));
      return true;
    });
    transport.destroy();
    other.close();
  });

  test(`over ${name}, two shards share the game port where the transport says so`, async (t) => {
    const first = await openTransport(name, options, handlers, () => {});
    if (!first.sharesPort) t.skip("this Node.js has no SO_REUSEPORT for node:http");
    else {
      const second = await openTransport(name, options, handlers, () => {});
      const port = await first.listen(0, "shared");
      assert.equal(await second.listen(port, "shared"), port);
      second.destroy();
    }
    first.destroy();
  });

  test(`over ${name}, a front whose own port is in use listens on neither`, async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as import("node:net").AddressInfo;
    await assert.rejects(startFront(name, { ownPort: port }), ListenError);
    other.close();
  });
}

test("over ws without port sharing, only shard 0 takes the game port", async (t) => {
  const probe = await openTransport("ws", options, handlers, () => {});
  probe.destroy();
  if (probe.sharesPort) return t.skip("this Node.js shares ports");
  await using zero = await startFront("ws", { shards: 2 });
  await using one = await startFront("ws", { shards: 2, shard: 1, port: zero.ports.port });
  assert.equal(one.ports.port, zero.ports.port);
  assert.equal((await fetch(`http://127.0.0.1:${one.ports.ownPort}/healthz`)).status, 200);
});

test("TLS", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rockpool-tls-"));
  const certFile = join(folder, "cert.pem");
  const keyFile = join(folder, "key.pem");
  const otherKey = join(folder, "other-key.pem");
  const rubbish = join(folder, "rubbish.pem");
  let made = false;
  before(() => {
    made = makeCertificate(certFile, keyFile) && makeCertificate(join(folder, "other.pem"), otherKey);
    writeFileSync(rubbish, "not a certificate");
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const name of TRANSPORTS) {
    await t.test(`over ${name}, players and HTTP are served, and MOVED says wss`, async (t) => {
      if (!made) return t.skip("openssl is not installed");
      const setup = { ownPorts: () => [7801, 7802] };
      const tls = { certFile, keyFile };
      await using running = await startFront(name, { tls, shards: 2 }, setup);
      const base = `wss://127.0.0.1:${running.ports.port}/v1/rooms/echo`;
      const player = new Player(`${base}/r0-000000000000`, { rejectUnauthorized: false });
      await player.next();
      player.send(0x01, 1);
      assert.deepEqual([...(await player.next())], [ServerOp.Data, 1]);
      const moved = new Player(`${base}/r1-000000000000`, { rejectUnauthorized: false });
      const expected = "wss://127.0.0.1:7802/v1/rooms/echo/r1-000000000000";
      assert.equal((await moved.nextJson()).json.url, expected);
      player.ws.close();
      await player.closed;
    });

    const bad: [what: string, files: { certFile: string; keyFile: string }][] = [
      ["a certificate that is missing", { certFile: join(folder, "missing.pem"), keyFile }],
      ["a certificate that is none", { certFile: rubbish, keyFile }],
      ["the key of another certificate", { certFile, keyFile: otherKey }],
    ];
    for (const [what, tls] of bad) {
      await t.test(`over ${name}, ${what} is a TlsError`, async (t) => {
        if (!made) return t.skip("openssl is not installed");
        await assert.rejects(startFront(name, { tls }), TlsError);
      });
    }
  }
});

function makeCertificate(certFile: string, keyFile: string): boolean {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  const made = spawnSync("openssl", ["req", "-x509", "-days", "1", ...key, "-out", certFile, ...subject]);
  return made.status === 0;
}
