import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { CallOutcome } from "../call/calls.ts";
import type { FrontSetup, Readiness } from "./front.ts";
import { readFolder } from "./pages.ts";
import { MAX_CALL_BYTES } from "./routes/call.ts";
import { startFront, TRANSPORTS } from "./testing/frontUnderTest.ts";
import { Gate } from "./testing/gate.ts";

const folder = mkdtempSync(join(tmpdir(), "rockpool-pages-"));
after(() => rmSync(folder, { recursive: true }));
const archive = join(folder, "archive.json");
const base64 = (text: string) => Buffer.from(text).toString("base64");
writeFileSync(
  archive,
  JSON.stringify({
    "index.html": base64("<h1>arena</h1>"),
    "js/game.js": base64("let a;"),
    "a.bin": base64("x"),
  }),
);
const landingFolder = join(folder, "landing");
mkdirSync(landingFolder);
writeFileSync(join(landingFolder, "index.html"), "<h1>landing</h1>");
writeFileSync(join(landingFolder, "style.css"), "h1 {}");

const pages: Partial<FrontSetup> = {
  landing: readFolder(landingFolder),
  functions: {
    list: () => [{ name: "arena", kind: "room", version: "sha256:aa", page: true, players: 3, rooms: 1 }],
    page: (name) => {
      if (name === "arena") return { digest: "sha256:aa", pageFile: archive };
      return name === "echo" ? { digest: "sha256:bb", pageFile: null } : null;
    },
  },
};

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

  test(`over ${transport}, a room's address without an upgrade gets 426`, async () => {
    await using running = await startFront(transport);
    const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/rooms/echo/lobby`);
    assert.equal(response.status, 426);
    assert.equal(await errorCode(response), "upgrade-required");
  });

  test(`over ${transport}, finding a room gives its name, address and seat`, async () => {
    await using running = await startFront(transport, { shards: 2 }, { ownPorts: () => [7801, 7802] });
    const reservation = { room: "r1-000000000000", shard: 1, seat: "secret" };
    running.lobby.createOutcome = { created: true, reservation, isNew: true };
    const address = `http://127.0.0.1:${running.ports.port}/v1/rooms/arena`;
    const body = JSON.stringify({ config: base64("map"), criteria: { mode: "duel", __proto__: "x" } });
    const created = await fetch(address, post(body));
    assert.equal(created.status, 201);
    assert.deepEqual(await created.json(), {
      room: "r1-000000000000",
      url: "ws://127.0.0.1:7802/v1/rooms/arena/r1-000000000000",
      seat: "secret",
    });
    const [request] = running.lobby.created;
    assert.equal(Buffer.from(request!.config).toString(), "map");
    assert.deepEqual(request!.criteria, [["mode", "duel"]]);
    assert.equal(request!.address, "127.0.0.1");
    running.lobby.createOutcome = { created: true, reservation, isNew: false };
    assert.equal((await fetch(address, { method: "POST" })).status, 200);
  });

  const refusals: [code: 4001 | 4003 | 4004 | 4005 | 4008 | 4015, status: number, name: string][] = [
    [4001, 503, "draining"],
    [4003, 500, "failed"],
    [4004, 404, "not-found"],
    [4005, 409, "full"],
    [4008, 429, "rate-limited"],
    [4015, 422, "refused"],
  ];
  for (const [code, status, name] of refusals) {
    test(`over ${transport}, a room refused with ${code} gives HTTP ${status}`, async () => {
      await using running = await startFront(transport);
      running.lobby.createOutcome = { created: false, code, message: "so it is" };
      const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/rooms/arena`, post("{}"));
      assert.equal(response.status, status);
      assert.deepEqual(await response.json(), { code: name, message: "so it is" });
      assert.equal(response.headers.get("retry-after"), status === 503 ? "1" : null);
    });
  }

  test(`over ${transport}, malformed bodies get 400 and reach no lobby`, async () => {
    await using running = await startFront(transport);
    const address = `http://127.0.0.1:${running.ports.port}/v1/rooms/arena`;
    for (const body of [
      "{",
      "[]",
      "7",
      '{"confg": ""}',
      '{"config": "%"}',
      '{"criteria": {"a": 1}}',
      "\u0000",
    ]) {
      const response = await fetch(address, post(body));
      assert.equal(response.status, 400, body);
      assert.equal(await errorCode(response), "bad-request", body);
    }
    assert.equal(running.lobby.created.length, 0);
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

  test(`over ${transport}, a list shows what players may see, and 404 without the function`, async () => {
    await using running = await startFront(transport);
    const address = `http://127.0.0.1:${running.ports.port}/v1/rooms/arena`;
    assert.equal((await fetch(address)).status, 404);
    const shown = {
      players: 1,
      maxPlayers: 8,
      locked: false,
      tickRate: 30,
      listing: [["mode", "duel"]],
      ageMs: 5,
    };
    running.lobby.rooms = [
      {
        ...shown,
        listing: [["mode", "duel"]],
        function: "arena",
        room: "a",
        shard: 0,
        version: "v",
        fuel: 9,
        ticks: 1,
        ticksDropped: 0,
      },
    ];
    assert.deepEqual(await (await fetch(address)).json(), [{ room: "a", ...shown }]);
    assert.equal((await fetch(`${address.replace("arena", "Arena")}`)).status, 404);
  });

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

  test(`over ${transport}, a fault in a route gives 500 without its reason, which is logged`, async () => {
    const calls = { call: () => Promise.reject(new Error("secret path")) };
    await using running = await startFront(transport, {}, { calls });
    const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/call/score`, post("x"));
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /secret/);
    assert.deepEqual(running.logged, ["an HTTP request failed"]);
  });

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

  test(`over ${transport}, /v1/functions lists what is deployed`, async () => {
    await using running = await startFront(transport, {}, pages);
    const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/functions`);
    assert.deepEqual(await response.json(), [
      { name: "arena", kind: "room", version: "sha256:aa", page: true, players: 3, rooms: 1 },
    ]);
  });

  test(`over ${transport}, the landing page and pages of functions have types, policy and etag`, async () => {
    await using running = await startFront(transport, {}, pages);
    const base = `http://127.0.0.1:${running.ports.port}`;
    const expected: [path: string, type: string, text: string][] = [
      ["/", "text/html; charset=utf-8", "<h1>landing</h1>"],
      ["/style.css", "text/css; charset=utf-8", "h1 {}"],
      ["/play/arena/", "text/html; charset=utf-8", "<h1>arena</h1>"],
      ["/play/arena/js/game.js", "text/javascript; charset=utf-8", "let a;"],
      ["/play/arena/a.bin", "application/octet-stream", "x"],
    ];
    for (const [path, type, text] of expected) {
      const response = await fetch(base + path);
      assert.equal(response.headers.get("content-type"), type, path);
      assert.match(response.headers.get("content-security-policy") ?? "", /script-src 'self'/);
      assert.equal(await response.text(), text);
      const etag = response.headers.get("etag") ?? "";
      const again = await fetch(base + path, { headers: { "if-none-match": etag } });
      assert.equal(again.status, 304, path);
    }
  });

  test(`over ${transport}, pages that are not there get 404, whatever the path tries`, async () => {
    await using running = await startFront(transport, {}, pages);
    const { port } = running.ports;
    const paths = [
      "/play/echo/",
      "/play/none/",
      "/play/arena/none.js",
      "/play/arena/%2e%2e/archive.json",
      "/play/arena/../../etc/passwd",
      "/play/arena/__proto__",
      "/play/__proto__/index.html",
      "/../archive.json",
    ];
    for (const path of paths) assert.equal(await rawStatus(port, path), 404, path);
    assert.equal(await rawStatus(port, "/play/arena/a%2fb"), 400);
  });

  test(`over ${transport}, /play/arena is sent on to /play/arena/ with its query`, async () => {
    await using running = await startFront(transport, {}, pages);
    const address = `http://127.0.0.1:${running.ports.port}/play/arena?room=x`;
    const response = await fetch(address, { redirect: "manual" });
    assert.equal(response.status, 308);
    assert.equal(response.headers.get("location"), "/play/arena/?room=x");
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

/** The status for a path sent as it is; `fetch` would tidy it up first. */
function rawStatus(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    });
    socket.on("error", reject);
    socket.once("data", (data) => {
      resolve(Number(data.toString().split(" ")[1]));
      socket.destroy();
    });
  });
}
