import assert from "node:assert/strict";
import { test } from "node:test";
import { shardOfRoom } from "@rockpool/protocol";
import { ClientError } from "./errors.ts";
import { MAX_MOVES, Route } from "./routing.ts";

const none = new URLSearchParams();
let nodes = 0;
/** A node that no other test has spoken to. */
const freshNode = () => `node-${++nodes}.example`;

test("a room's URL is the node's, with function, room and query", () => {
  const route = new Route({ url: "http://game.example:7777/edge/", function: "arena", room: "lobby" });
  assert.equal(
    route.target(new URLSearchParams({ token: "a b" })),
    "ws://game.example:7777/edge/v1/rooms/arena/lobby?token=a+b",
  );
});

test("https is read as wss", () => {
  const route = new Route({ url: "https://game.example", function: "arena", room: "lobby" });
  assert.equal(route.target(none), "wss://game.example/v1/rooms/arena/lobby");
});

for (const url of ["game.example", "ftp://game.example", "", "ws://"]) {
  test(`the node's URL "${url}" is refused`, () => {
    assert.throws(
      () => new Route({ url, function: "arena", room: "lobby" }),
      (error: ClientError) => error instanceof ClientError && error.code === "invalid-option",
    );
  });
}

for (const name of ["", "Lobby", "../admin", "a?b", "x".repeat(64)]) {
  test(`the room name "${name}" is refused`, () => {
    assert.throws(
      () => new Route({ url: "ws://game.example", function: "arena", room: name }),
      (error: ClientError) => error.code === "invalid-option",
    );
  });
}

test("once a WELCOME told the shards, every room of the node is reached at its own shard", () => {
  const host = freshNode();
  const shards = [`ws://${host}:7800`, `ws://${host}:7801/`, `ws://${host}:7802`];
  new Route({ url: `ws://${host}:7777`, function: "arena", room: "lobby" }).arrived(shards);
  for (const room of ["lobby", "reef", "kelp", "r2-0123456789ab"]) {
    const port = 7800 + shardOfRoom("arena", room, 3);
    const route = new Route({ url: `ws://${host}:7777`, function: "arena", room });
    assert.equal(route.target(none), `ws://${host}:${port}/v1/rooms/arena/${room}`);
  }
});

test("forgotten shards lead back to the node", () => {
  const host = freshNode();
  const route = new Route({ url: `ws://${host}:7777`, function: "arena", room: "lobby" });
  route.arrived([`ws://${host}:7800`, `ws://${host}:7801`]);
  route.forget();
  assert.equal(route.target(none), `ws://${host}:7777/v1/rooms/arena/lobby`);
});

test("a list of shards with one foreign host is not used", () => {
  const host = freshNode();
  const route = new Route({ url: `ws://${host}:7777`, function: "arena", room: "lobby" });
  route.arrived([`ws://${host}:7800`, "ws://evil.example:7801"]);
  assert.equal(route.target(none), `ws://${host}:7777/v1/rooms/arena/lobby`);
});

test("the shards of many nodes do not pile up: the oldest node is forgotten", () => {
  const first = freshNode();
  const arrive = (host: string) => {
    const route = new Route({ url: `ws://${host}`, function: "arena", room: "lobby" });
    route.arrived([`ws://${host}:7800`]);
    return route;
  };
  const oldest = arrive(first);
  for (let i = 0; i < 16; i++) arrive(freshNode());
  assert.equal(oldest.target(none), `ws://${first}/v1/rooms/arena/lobby`);
});

test("via leads the way, under the rules of MOVED", () => {
  const route = new Route({ url: "wss://game.example", function: "arena", room: "lobby" });
  assert.equal(
    route.target(none, "https://game.example:7801"),
    "wss://game.example:7801/v1/rooms/arena/lobby",
  );
  assert.throws(
    () => route.target(none, "wss://evil.example"),
    (error: ClientError) => error.code === "moved-refused",
  );
});

test("MOVED is followed to another port and path of the same host", () => {
  const route = new Route({ url: "ws://game.example:7777", function: "arena", room: "lobby" });
  const outcome = route.moved("ws://game.example:7801/v1/rooms/arena/lobby?seat=x");
  assert.deepEqual(outcome, {
    follow: true,
    url: new URL("ws://game.example:7801/v1/rooms/arena/lobby?seat=x"),
  });
});

test("MOVED is followed from ws to wss", () => {
  const route = new Route({ url: "ws://game.example:7777", function: "arena", room: "lobby" });
  assert.equal(route.moved("wss://game.example/v1/rooms/arena/lobby").follow, true);
});

test("MOVED is not followed from wss to ws", () => {
  const route = new Route({ url: "wss://game.example", function: "arena", room: "lobby" });
  assert.equal(route.moved("ws://game.example/v1/rooms/arena/lobby").follow, false);
});

test("MOVED is not followed to a host that was not configured", () => {
  const route = new Route({ url: "ws://game.example", function: "arena", room: "lobby" });
  assert.equal(route.moved("ws://game.example.evil.example/").follow, false);
});

test("MOVED is followed to a host named in the option hosts", () => {
  const route = new Route({
    url: "ws://game.example",
    function: "arena",
    room: "lobby",
    hosts: ["west.game.example"],
  });
  assert.equal(route.moved("ws://west.game.example:7801/v1/rooms/arena/lobby").follow, true);
});

for (const url of [
  "http://game.example/",
  "javascript:alert(1)",
  "ws://user@game.example/",
  "",
  "lobby",
  7,
  undefined,
]) {
  test(`MOVED to ${JSON.stringify(url)} is not followed`, () => {
    const route = new Route({ url: "ws://game.example", function: "arena", room: "lobby" });
    assert.equal(route.moved(url).follow, false);
  });
}

test("MOVED is followed three times in a row and no more, and a WELCOME starts the count over", () => {
  const route = new Route({ url: "ws://game.example", function: "arena", room: "lobby" });
  const move = () => route.moved("ws://game.example:7801/").follow;
  for (let i = 0; i < MAX_MOVES; i++) assert.equal(move(), true);
  assert.equal(move(), false);
  route.arrived(undefined);
  assert.equal(move(), true);
});
