import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { fixture } from "../harness/components.ts";
import { freshName, type NodeUnderTest } from "../harness/node.ts";
import { exchange, statusOf } from "../harness/raw.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

/** A request with exactly these headers; fetch would not let Host and Origin be chosen. */
function ask(
  node: NodeUnderTest,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${node.admin.url}${path}`, { method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

onEveryShardCount({ functions: { puppet: fixture("puppet") } }, (the, shards) => {
  const bearer = (token = the().admin.token) => ({ authorization: `Bearer ${token}` });

  test("what changes something needs the token, what reads does not on loopback", async () => {
    for (const [method, path] of [
      ["PUT", "/admin/v1/functions/puppet"],
      ["DELETE", "/admin/v1/functions/puppet"],
    ] as const) {
      assert.equal((await ask(the(), method, path)).status, 401);
      assert.equal((await ask(the(), method, path, bearer("x".repeat(43)))).status, 401);
      assert.equal(
        (await ask(the(), method, path, { authorization: `Basic ${the().admin.token}` })).status,
        401,
      );
    }
    for (const path of ["/admin/v1/functions", "/admin/v1/rooms", "/admin/v1/nodes", "/metrics"]) {
      assert.equal((await ask(the(), "GET", path)).status, 200, path);
    }
  });

  test("the token's file is its owner's alone", () => {
    assert.equal(statSync(join(the().data, "admin.token")).mode & 0o777, 0o600);
  });

  test("a Host header that is no address of this machine is refused, whatever the token", async () => {
    for (const host of ["evil.example", "evil.example:7780", "localhost.evil.example"]) {
      const answer = await ask(the(), "GET", "/admin/v1/nodes", { host, ...bearer() });
      assert.ok([400, 403].includes(answer.status), `${host}: ${answer.status}`);
    }
    const { host, port } = new URL(the().admin.url);
    assert.ok([400, 403].includes(statusOf(await exchange(Number(port), "GET /metrics HTTP/1.0\r\n\r\n"))));
    assert.equal((await ask(the(), "GET", "/admin/v1/nodes", { host })).status, 200);
  });

  test("a request from another site is refused, also one that only reads", async () => {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://localhost:1` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await ask(the(), "GET", "/admin/v1/rooms", { ...headers, ...bearer() });
      assert.deepEqual([answer.status, JSON.parse(answer.body).code], [403, "cross-site"]);
    }
    assert.equal((await ask(the(), "GET", "/admin/v1/rooms", { origin: the().admin.url })).status, 200);
  });

  test("unknown paths, methods, names and queries have their own answers", async () => {
    const expected: [method: string, path: string, status: number][] = [
      ["GET", "/admin/v1/nothing", 404],
      ["GET", "/admin/v1/functions/missing", 404],
      ["DELETE", "/admin/v1/functions/missing", 404],
      ["GET", "/admin/v1/functions/NOT%20A%20NAME", 400],
      ["GET", "/admin/v1/rooms?function=NOT_A_NAME", 400],
      ["PUT", "/admin/v1/functions/puppet?rooms=burn", 400],
      ["POST", "/admin/v1/functions/puppet", 405],
      ["PATCH", "/admin/v1/nodes", 405],
    ];
    for (const [method, path, status] of expected) {
      const answer = await ask(the(), method, path, bearer());
      assert.equal(answer.status, status, `${method} ${path}: ${answer.body}`);
      assert.deepEqual(Object.keys(JSON.parse(answer.body)), ["code", "message"]);
    }
  });

  test("what is no HTTP is refused, and the API goes on", async () => {
    const port = Number(new URL(the().admin.url).port);
    for (const bytes of [
      "nonsense\r\n\r\n",
      `GET / HTTP/1.1\r\nhost: x\r\nbig: ${"y".repeat(100_000)}\r\n\r\n`,
    ]) {
      const status = statusOf(await exchange(port, bytes, { thenEnd: true }));
      assert.ok(status === 0 || status >= 400, String(status));
    }
    assert.equal((await ask(the(), "GET", "/healthz")).status, 200);
  });

  test("rooms and their players are shown live", async () => {
    const players = [];
    for (let shard = 0; shard < shards; shard++)
      players.push(await the().join("puppet", the().nameOn("puppet", shard)));
    const rooms = await the().admin.rooms("puppet");
    for (const [shard, player] of players.entries()) {
      const room = rooms.find((one) => one.room === player.welcome.room);
      assert.deepEqual([room?.shard, room?.players, room?.version], [shard, 1, player.welcome.version]);
    }
    const { shards: all } = await the().admin.reading();
    assert.ok(all.every(({ stats }) => stats!.connections >= 1));
    await Promise.all(players.map((player) => player.leave()));
  });

  test("metrics count what happens", async () => {
    const player = await the().join("puppet", freshName());
    player.frame(Uint8Array.of(0x7f));
    await player.closed;
    const { body } = await ask(the(), "GET", "/metrics");
    for (const pattern of [
      /^rockpool_\w*closes\w*\{[^}]*code="4011"[^}]*\} [1-9]/m,
      /^rockpool_\w*rooms\w*(\{[^}]*\})? \d+/m,
    ]) {
      assert.match(body, pattern);
    }
  });

  test("the dashboard is served with its scripts, and lets nothing else in", async () => {
    const response = await fetch(`${the().admin.url}/`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    const page = await response.text();
    for (const [, path] of page.matchAll(/(?:src|href)="(?!data:)([^"#]+)"/g)) {
      assert.equal((await fetch(new URL(path!, `${the().admin.url}/`))).status, 200, path);
    }
  });
});
