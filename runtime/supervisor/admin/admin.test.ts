import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, statSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { adminFiles } from "../../store/adminFiles.ts";
import { componentOf, TestNode } from "../node.fixture.ts";
import { loadToken } from "./token.ts";

const UPLOAD_BYTES = 4096;
const own = new TestNode();
before(async () => {
  await own.start({ uploadBytes: String(UPLOAD_BYTES), adminNames: "admin.example" });
});
after(() => own.remove());

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
  /** The body as JSON. */
  json: Record<string, unknown> & { code?: string };
}

async function ask(method: string, path: string, headers = {}, body?: Uint8Array): Promise<Answer> {
  const options: RequestOptions = {
    host: "127.0.0.1",
    port: own.node.ports.adminPort,
    method,
    path,
    headers,
  };
  const sent = httpRequest({ ...options, agent: false });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  const isJson = response.headers["content-type"]?.startsWith("application/json") ?? false;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : {},
  };
}

const bearer = () => ({ authorization: `Bearer ${own.token}` });
const put = (name: string, body: Uint8Array, query = "") => {
  return ask("PUT", `/admin/v1/functions/${name}${query}`, bearer(), body);
};

test("a component is deployed, described, listed and removed", async () => {
  const deployed = await put("game", componentOf("game", "one"));
  assert.deepEqual([deployed.status, deployed.json.function, deployed.json.changed], [200, "game", true]);
  const described = await ask("GET", "/admin/v1/functions/game");
  assert.equal(described.json.version, deployed.json.version);
  const listed = await ask("GET", "/admin/v1/functions");
  assert.equal((listed.json.functions as unknown[]).length, 1);
  const removed = await ask("DELETE", "/admin/v1/functions/game", bearer());
  assert.deepEqual([removed.status, removed.json.removed], [200, true]);
  assert.equal((await ask("GET", "/admin/v1/functions/game")).status, 404);
});

test("a component is deployed under its own name only", async () => {
  const answer = await put("other", componentOf("game", "one"));
  assert.deepEqual([answer.status, answer.json.code], [409, "name-mismatch"]);
  assert.deepEqual(own.node.functions(), []);
});

test("bytes that are no component are refused with the builder's code and message", async () => {
  const answer = await put("game", Buffer.from("junk"));
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.json, { code: "not-wasm", message: "these bytes are no component" });
});

test("an empty upload is refused", async () => {
  const answer = await put("game", Buffer.alloc(0));
  assert.deepEqual([answer.status, answer.json.code], [400, "empty-upload"]);
});

test("an upload over the cap is refused, whether it says its length or not", async () => {
  const large = Buffer.alloc(UPLOAD_BYTES + 1, "x");
  const told = await put("game", large);
  assert.deepEqual([told.status, told.json.code], [413, "upload-too-large"]);
  const chunked = await ask(
    "PUT",
    "/admin/v1/functions/game",
    { ...bearer(), "transfer-encoding": "chunked" },
    large,
  );
  assert.deepEqual([chunked.status, chunked.json.code], [413, "upload-too-large"]);
});

test("an upload of exactly the cap is read", async () => {
  const start = componentOf("exact", "x");
  const answer = await put("exact", Buffer.concat([start, Buffer.alloc(UPLOAD_BYTES - start.length, "x")]));
  assert.equal(answer.status, 200);
  await ask("DELETE", "/admin/v1/functions/exact", bearer());
});

test("an upload that is cut off changes nothing", async () => {
  const whole = componentOf("game", "cut");
  const socket = connect(own.node.ports.adminPort, "127.0.0.1");
  const head = [
    "PUT /admin/v1/functions/game HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${own.token}`,
    `Content-Length: ${whole.length + 1}`,
    "",
    "",
  ];
  socket.write(head.join("\r\n"));
  socket.end(whole);
  socket.resume();
  await once(socket, "close");
  assert.deepEqual(own.node.functions(), []);
  assert.equal((await ask("GET", "/readyz")).status, 200);
});

test("rooms of all functions or of one are listed", async () => {
  const rooms = async (query: string) => (await ask("GET", `/admin/v1/rooms${query}`)).json.rooms as object[];
  assert.equal((await rooms("")).length, 2);
  assert.deepEqual(
    (await rooms("?function=arena")).map((room) => (room as { function: string }).function),
    ["arena", "arena"],
  );
});

test("the node's reading has every shard with its stats", async () => {
  const [node] = (await ask("GET", "/admin/v1/nodes")).json.nodes as [
    Awaited<ReturnType<typeof own.node.reading>>,
  ];
  assert.deepEqual(
    node.shards.map(({ shard, state }) => [shard, state]),
    [
      [0, "ready"],
      [1, "ready"],
    ],
  );
  for (const { pid, stats } of node.shards) assert.equal(stats?.pid, pid);
  assert.ok(node.uptimeMs > 0 && node.ready);
});

test("metrics are in Prometheus' format", async () => {
  const { status, headers, text } = await ask("GET", "/metrics");
  assert.equal(status, 200);
  assert.match(headers["content-type"] ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^rockpool_rooms\{shard="1"\} 1$/m);
});

test("what changes something needs the token, even on loopback", async () => {
  const changes: [string, string][] = [
    ["PUT", "/admin/v1/functions/game"],
    ["DELETE", "/admin/v1/functions/game"],
    // It changes nothing, but tells whether a change would be let through.
    ["GET", "/admin/v1/token"],
  ];
  for (const [method, path] of changes) {
    for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: own.token }]) {
      const answer = await ask(method, path, headers);
      assert.deepEqual(
        [answer.status, answer.json.code],
        [401, "unauthorized"],
        `${method} ${JSON.stringify(headers)}`,
      );
    }
  }
});

test("a name of an attacker's that resolves to this machine is refused", async () => {
  for (const host of [
    "evil.example",
    "evil.example:7780",
    "localhost.evil.example",
    "evil.example@localhost",
  ]) {
    const answer = await ask("GET", "/admin/v1/functions", { host });
    assert.deepEqual([answer.status, answer.json.code], [403, "unknown-host"], host);
  }
});

test("addresses, localhost and configured names are known, with any port", async () => {
  for (const host of [
    "localhost",
    "localhost:9",
    "127.0.0.1:7780",
    "[::1]:7780",
    "admin.example",
    "ADMIN.example:1",
  ]) {
    assert.equal((await ask("GET", "/admin/v1/functions", { host })).status, 200, host);
  }
});

test("requests of other sites' pages are refused", async () => {
  const cases = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of cases) {
    const answer = await ask("GET", "/admin/v1/functions", { host: "localhost:7780", ...headers });
    assert.deepEqual([answer.status, answer.json.code], [403, "cross-site"], JSON.stringify(headers));
  }
  const same = { host: "localhost:7780", origin: "http://localhost:7780", "sec-fetch-site": "same-origin" };
  assert.equal((await ask("GET", "/admin/v1/functions", same)).status, 200);
});

test("malformed names, queries and paths get an error that says so", async () => {
  const cases: [string, string, number, string][] = [
    ["PUT", "/admin/v1/functions/Game", 400, "bad-name"],
    ["GET", "/admin/v1/functions/", 400, "bad-name"],
    ["GET", "/admin/v1/functions/..%2f..%2fetc", 400, "bad-name"],
    ["GET", "/admin/v1/functions/__proto__", 400, "bad-name"],
    ["GET", "/admin/v1/rooms?function=%00", 400, "bad-name"],
    ["PUT", "/admin/v1/functions/game?update=burn", 400, "bad-query"],
    ["GET", "/admin/v2", 404, "not-found"],
    ["GET", "//", 400, "bad-url"],
    ["DELETE", "/metrics", 405, "method-not-allowed"],
    ["DELETE", "/admin/v1/functions/absent", 404, "no-such-function"],
  ];
  for (const [method, path, status, code] of cases) {
    const answer = await ask(method, path, bearer());
    assert.deepEqual([answer.status, answer.json.code], [status, code], `${method} ${path}`);
  }
});

test("the dashboard is served with a policy that allows nothing from elsewhere", async () => {
  for (const [path, type] of [
    ["/", "text/html"],
    ["/dashboard.js", "text/javascript"],
    ["/dashboard.css", "text/css"],
  ] as const) {
    const { status, headers, text } = await ask("GET", path);
    assert.equal(status, 200);
    assert.ok(headers["content-type"]?.startsWith(type));
    assert.match(String(headers["content-security-policy"]), /default-src 'none'/);
    assert.doesNotMatch(text, /innerHTML|insertAdjacentHTML|https?:\/\/|\son\w+=/);
  }
});

test("off loopback, reading needs the token too, and only the page itself does not", async () => {
  const open = new TestNode();
  try {
    const { ports } = await open.start({ adminHost: "0.0.0.0", shards: "1" });
    const url = (path: string) => `http://127.0.0.1:${ports.adminPort}${path}`;
    for (const path of ["/admin/v1/functions", "/admin/v1/nodes", "/admin/v1/rooms", "/metrics"]) {
      assert.equal((await fetch(url(path))).status, 401, path);
      assert.equal(
        (await fetch(url(path), { headers: { authorization: `Bearer ${open.token}` } })).status,
        200,
        path,
      );
    }
    for (const path of ["/", "/healthz", "/readyz"]) assert.equal((await fetch(url(path))).status, 200, path);
  } finally {
    await open.remove();
  }
});

test("the token's file is closed to others, and stays the same", () => {
  const file = adminFiles(own.data).token;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  chmodSync(file, 0o644);
  assert.equal(loadToken(file), own.token);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
