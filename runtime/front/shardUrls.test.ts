import assert from "node:assert/strict";
import { test } from "node:test";
import { isHost, ShardUrls } from "./shardUrls.ts";

const three = { shards: 3, template: null, secure: false, ownPorts: () => [7801, 7802, 7803] };

test("hosts are names and addresses with a port, and nothing that could break out of a URL", () => {
  for (const host of [
    "localhost",
    "game.example:7777",
    "192.0.2.1",
    "[2001:db8::1]:7777",
    "[::1]",
    "a_b-c.d",
  ]) {
    assert.equal(isHost(host), true, host);
  }
  for (const host of [
    "",
    "a/b",
    "a b",
    "a:b",
    "a:",
    "a@b",
    "a?b",
    "a#b",
    "a\r\nb",
    "::1",
    "[::1",
    'a"',
    "a".repeat(254),
  ]) {
    assert.equal(isHost(host), false, host);
  }
});

test("shard URLs repeat the host of the request with each shard's own port", () => {
  assert.deepEqual(new ShardUrls(three).all("game.example:7777"), [
    "ws://game.example:7801",
    "ws://game.example:7802",
    "ws://game.example:7803",
  ]);
  assert.equal(new ShardUrls({ ...three, secure: true }).base(1, "[::1]:7777"), "wss://[::1]:7802");
});

test("a template takes host, port and shard, and loses its last slash", () => {
  const urls = new ShardUrls({ ...three, template: "wss://{host}/{shard}/{port}/" });
  assert.equal(urls.base(2, "game.example:7777"), "wss://game.example/2/7803");
});

test("with one shard, its URL is where the request went, and no list is needed", () => {
  const urls = new ShardUrls({ ...three, shards: 1, ownPorts: () => [] });
  assert.equal(urls.base(0, "game.example:7777"), "ws://game.example:7777");
  assert.deepEqual(urls.all("game.example:7777"), []);
});

test("nothing is said of shards whose ports are not known yet", () => {
  const urls = new ShardUrls({ ...three, ownPorts: () => [7801] });
  assert.equal(urls.base(1, "localhost"), null);
  assert.deepEqual(urls.all("localhost"), []);
});

test("a shard that comes back on another port is named by that one from then on", () => {
  let ports = [7801, 7802, 7803];
  const urls = new ShardUrls({ ...three, ownPorts: () => ports });
  assert.deepEqual(urls.all("a"), ["ws://a:7801", "ws://a:7802", "ws://a:7803"]);
  ports = [7801, 7802, 7999];
  assert.deepEqual(urls.all("a"), ["ws://a:7801", "ws://a:7802", "ws://a:7999"]);
  assert.deepEqual(urls.all("b"), ["ws://b:7801", "ws://b:7802", "ws://b:7999"]);
});
