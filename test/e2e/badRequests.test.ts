/** Malformed HTTP on the game port: documented answers, and a node that goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../harness/components.ts";
import { cutOff, exchange, statusOf } from "../harness/raw.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = { puppet: fixture("puppet"), caller: fixture("caller") };

interface Failure {
  code: string;
  message: string;
}

onEveryShardCount({ functions }, (the) => {
  const bodies: [what: string, body: string][] = [
    ["no JSON", "{"],
    ["JSON cut off", '{"criteria": {"a": "b"'],
    ["a number", "7"],
    ["null", "null"],
    ["an array", "[]"],
    ["an unknown field", '{"colour": "red"}'],
    ["criteria that are no object", '{"criteria": "duel"}'],
    ["criteria that are an array", '{"criteria": ["a"]}'],
    ["a criterion that is no string", '{"criteria": {"a": 1}}'],
    ["a criterion that is null", '{"criteria": {"a": null}}'],
    ["a criterion that is too long", `{"criteria": {"a": "${"x".repeat(257)}"}}`],
    [
      "33 criteria",
      JSON.stringify({ criteria: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [i, ""])) }),
    ],
    ["config that is no base64", '{"config": "%%%"}'],
    ["config without padding", '{"config": "YQ"}'],
    ["config over 64 KiB", JSON.stringify({ config: Buffer.alloc(65_537).toString("base64") })],
    ["nesting without end", "[".repeat(100_000)],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]).toString("latin1")],
  ];
  for (const [what, body] of bodies) {
    test(`a search for a room with ${what} gets 400 and says why`, async () => {
      const bytes = what.startsWith("bytes") ? Buffer.from(body, "latin1") : Buffer.from(body);
      const response = await the().http("/v1/rooms/puppet", { method: "POST", body: bytes });
      const { code, message } = (await response.json()) as Failure;
      assert.deepEqual([response.status, code], [400, "bad-request"]);
      assert.ok(message.length > 10);
    });
  }

  test("names of JavaScript's own are criteria like any other", async () => {
    const body = '{"criteria": {"__proto__": "x", "constructor": "y"}}';
    const [first, second] = [
      await the().post("/v1/rooms/puppet", body),
      await the().post("/v1/rooms/puppet", body),
    ];
    assert.deepEqual([first.status, second.status], [201, 201]);
  });

  test("a body over 128 KiB gets 413", async () => {
    const response = await the().post("/v1/rooms/puppet", " ".repeat(131_073));
    assert.equal(response.status, 413);
    assert.equal(((await response.json()) as Failure).code, "too-large");
  });

  test("unknown and malformed functions get 404", async () => {
    for (const name of ["missing", "UPPER", "..", "%2e%2e", "a%20b", "x".repeat(64), "__proto__"]) {
      for (const init of [{}, { method: "POST", body: "{}" }]) {
        const { status } = await the().http(`/v1/rooms/${name}`, init);
        assert.ok([400, 404].includes(status), `${name}: ${status}`);
      }
    }
  });

  test("paths that are nothing get 404, and those that cannot be decoded 400", async () => {
    for (const path of [
      "/v1",
      "/v1/",
      "/v1/rooms",
      "/v1/rooms/",
      "//",
      "/v2/ping",
      "/play/missing/",
      "/play/puppet/",
      "/etc/passwd",
    ]) {
      assert.equal(
        statusOf(
          await exchange(the().port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, {
            thenEnd: true,
          }),
        ),
        404,
        path,
      );
    }
    for (const path of ["/%", "/%zz", "/v1/rooms/%ff", "/play/a%2fb/"]) {
      assert.equal(
        statusOf(
          await exchange(the().port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, {
            thenEnd: true,
          }),
        ),
        400,
        path,
      );
    }
  });

  test("paths that climb are not followed", async () => {
    for (const path of [
      "/../../etc/passwd",
      "/play/../../../etc/passwd",
      "/play/puppet/%2e%2e/%2e%2e/x",
      "/play/puppet/..%2f..%2fx",
    ]) {
      const answer = await exchange(
        the().port,
        `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
        { thenEnd: true },
      );
      assert.ok([400, 404].includes(statusOf(answer)), `${path}: ${answer.slice(0, 40)}`);
    }
  });

  test("a method that a path does not take gets 405 and the ones that it takes", async () => {
    const response = await the().http("/v1/ping", { method: "DELETE" });
    assert.equal(response.status, 405);
    assert.match(response.headers.get("allow") ?? "", /GET/);
    assert.equal((await the().http("/v1/call/caller")).status, 405);
  });

  test("a room's address without an upgrade gets 426", async () => {
    assert.equal((await the().http("/v1/rooms/puppet/lobby")).status, 426);
  });

  test("HEAD answers without a body", async () => {
    const response = await the().http("/v1/ping", { method: "HEAD" });
    assert.deepEqual([response.status, await response.text()], [200, ""]);
  });

  test("what is no HTTP is cut off, and the node goes on", async () => {
    const nonsense = [
      "\r\n\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET / HTTP/1.1\r\nbroken header\r\n\r\n",
      `GET / HTTP/1.1\r\nhost: x\r\nbig: ${"y".repeat(200_000)}\r\n\r\n`,
      "POST /v1/call/caller HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\nx",
      "POST /v1/call/caller HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /v1/call/caller HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n",
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
      Buffer.alloc(10_000, 0),
    ];
    for (const bytes of nonsense) {
      const answer = await exchange(the().port, bytes, { thenEnd: true });
      assert.ok(![200, 201].includes(statusOf(answer)), answer.slice(0, 60));
    }
    assert.equal((await the().http("/v1/ping")).status, 200);
  });

  test("a call that is cut off half way is not made", async () => {
    await cutOff(the().port, "POST /v1/call/caller HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf");
    const response = await the().http("/v1/call/caller", { method: "POST", body: "whole" });
    assert.equal(await response.text(), "whole");
  });

  test("health endpoints tell the truth", async () => {
    for (const port of [the().port, ...the().shardPorts]) {
      const [health, ready] = await Promise.all(
        ["healthz", "readyz"].map((path) => fetch(`http://127.0.0.1:${port}/${path}`)),
      );
      assert.equal(((await health!.json()) as { status: string }).status, "ok");
      assert.deepEqual([ready!.status, await ready!.json()], [200, { status: "ready" }]);
    }
  });

  test("pages of other origins may not read answers, unless the node says so", async () => {
    const response = await the().http("/v1/ping", { headers: { origin: "https://elsewhere.example" } });
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  });

  test("no shard was lost to any of this", async () => {
    const { shards } = await the().admin.reading();
    assert.ok(shards.every(({ restarts }) => restarts === 0));
  });
});
