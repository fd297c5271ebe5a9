import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import { adminFiles } from "../store/adminFiles.ts";
import { MAX_VERSIONS } from "../store/registry.ts";
import { Store } from "../store/store.ts";
import { componentOf, configIn, FAKE_SHARD, FakeBuilder, silent, TestNode } from "./node.fixture.ts";
import { Node } from "./node.ts";

let own: TestNode;
beforeEach(() => {
  own = new TestNode();
});
afterEach(() => own.remove());

/** Version of a function on each shard; null where it is not loaded. */
async function versionsOnShards(name: string): Promise<(string | null)[]> {
  const stats = await own.node.stats();
  return stats.map((shard) => shard.functions.find((one) => one.function === name)?.version ?? null);
}

/** Resolves when `condition` holds, asked again and again; the test's own time limit ends it. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("a started node is ready, and its shards know each other's ports", async () => {
  await own.start();
  assert.deepEqual(own.node.health(), { ready: true, reasons: [] });
  assert.ok(own.node.ports.port > 0 && own.node.ports.adminPort > 0);
  const stats = await own.node.stats();
  assert.deepEqual(
    stats.map(({ counters }) => [counters.peers, counters.serving]),
    [
      [2, 1],
      [2, 1],
    ],
  );
});

test("shards do not see the operator's environment", async () => {
  process.env.ROCKPOOL_SECRET = "x";
  try {
    await own.start();
    const stats = await own.node.stats();
    assert.deepEqual(
      stats.map((shard) => shard.counters.secrets),
      [0, 0],
    );
  } finally {
    delete process.env.ROCKPOOL_SECRET;
  }
});

test("a deploy reaches every shard and the registry", async () => {
  await own.start();
  const result = await own.node.deploy(componentOf("game", "one"), {});
  assert.deepEqual(await versionsOnShards("game"), [result.version, result.version]);
  assert.equal(own.node.functions()[0]?.info.digest, result.version);
  assert.deepEqual([result.previous, result.changed, result.roomsEnded], [null, true, 0]);
});

test("a second version replaces the first, and update=drain ends the old rooms of every shard", async () => {
  await own.start();
  const first = await own.node.deploy(componentOf("game", "one"), {});
  const second = await own.node.deploy(componentOf("game", "two"), { update: "drain" });
  assert.deepEqual([second.previous, second.roomsEnded], [first.version, 4]);
  assert.deepEqual(await versionsOnShards("game"), [second.version, second.version]);
});

test("update=migrate adds up what the shards have taken over, and why rooms stayed", async () => {
  await own.start();
  await own.node.deploy(componentOf("game", "one"), {});
  const { roomsMigrated, roomsKept } = await own.node.deploy(componentOf("game", "two"), {
    update: "migrate",
  });
  assert.equal(roomsMigrated, 2);
  assert.deepEqual(roomsKept, [{ code: "save-refused", reason: "not now", rooms: 2, example: "stays-on-0" }]);
});

test("a rollback makes the version before the current one again, also after a restart", async () => {
  await own.start();
  const first = await own.node.deploy(componentOf("game", "one"), {});
  const second = await own.node.deploy(componentOf("game", "two"), {});
  await own.stop();
  await own.start();
  const { version, previous } = await own.node.rollback("game", {});
  assert.deepEqual([version, previous], [first.version, second.version]);
  assert.deepEqual(await versionsOnShards("game"), [first.version, first.version]);
  assert.equal(own.builder.builds, 2, "the image was kept");
});

test("of many versions the oldest are forgotten, but for one that a room needs", async () => {
  await own.start();
  const deployed: string[] = [];
  for (let n = 0; n < MAX_VERSIONS + 3; n++) {
    deployed.push((await own.node.deploy(componentOf("game", `image ${n}`), {})).version);
  }
  const remembered = own.node.functions()[0]!.former.map(({ info }) => info.digest);
  assert.ok(remembered.includes(deployed[0]!), "shard 0 has a room of the first");
  assert.ok(!remembered.includes(deployed[1]!) && !remembered.includes(deployed[2]!));
  assert.equal(remembered.length, MAX_VERSIONS);
});

test("deploying the current version again changes nothing and builds nothing", async () => {
  await own.start();
  for (const changed of [true, false]) {
    const result = await own.node.deploy(componentOf("game", "one"), {});
    assert.equal(result.changed, changed);
  }
  assert.equal(own.builder.builds, 1);
});

test("what the builder refuses changes nothing", async () => {
  await own.start();
  const expected = { code: "component-refused", reason: "not-wasm" };
  await assert.rejects(own.node.deploy(Buffer.from("junk"), {}), expected);
  assert.deepEqual(own.node.functions(), []);
});

for (const [how, image] of [
  ["cannot load", "refuse-on-1"],
  ["dies of loading", "die-on-1"],
] as const) {
  test(`when one shard ${how} a version, every shard keeps the one before`, async () => {
    await own.start();
    const { version } = await own.node.deploy(componentOf("game", "good"), {});
    await assert.rejects(own.node.deploy(componentOf("game", image), {}), {
      code: "load-failed",
    });
    await until(() => own.node.health().ready);
    assert.deepEqual(await versionsOnShards("game"), [version, version]);
    assert.equal(own.node.functions()[0]?.info.digest, version);
  });
}

test("a new function that one shard cannot load is on no shard", async () => {
  await own.start();
  await assert.rejects(own.node.deploy(componentOf("game", "refuse-on-1"), {}), {
    code: "load-failed",
  });
  assert.deepEqual(await versionsOnShards("game"), [null, null]);
  assert.deepEqual(own.node.health(), { ready: true, reasons: [] });
});

test("deploys at the same time take place one after the other", async () => {
  await own.start();
  const images = ["a", "b", "c", "d"];
  const results = await Promise.all(images.map((image) => own.node.deploy(componentOf("game", image), {})));
  const last = results.at(-1)?.version;
  assert.deepEqual(
    results.map((result) => result.previous),
    [null, ...results.slice(0, -1).map((r) => r.version)],
  );
  assert.deepEqual(await versionsOnShards("game"), [last, last]);
});

test("an undeployed function is gone from shards and registry, and again is an error", async () => {
  await own.start();
  await own.node.deploy(componentOf("game", "one"), {});
  await own.node.undeploy("game");
  assert.deepEqual(await versionsOnShards("game"), [null, null]);
  await assert.rejects(own.node.undeploy("game"), { code: "no-such-function" });
});

test("a node that is started again has its functions, without building them again", async () => {
  await own.start();
  const { version } = await own.node.deploy(componentOf("game", "one"), {});
  await own.stop();
  await own.start();
  assert.deepEqual(await versionsOnShards("game"), [version, version]);
  assert.equal(own.builder.builds, 1);
});

test("images are built again when the node's maxima have changed", async () => {
  await own.start();
  const { version } = await own.node.deploy(componentOf("game", "one"), {});
  await own.stop();
  await own.start({ "max.fuel": "77777" });
  assert.equal(own.builder.builds, 2);
  assert.deepEqual(await versionsOnShards("game"), [version, version]);
});

test("a function that cannot be loaded at the start does not keep the node from starting, but from being ready", async () => {
  await own.start({ shards: "1" });
  await own.node.deploy(componentOf("game", "refuse-on-1"), {});
  await own.stop();
  await own.start({ shards: "2" });
  const { ready, reasons } = own.node.health();
  assert.equal(ready, false);
  assert.deepEqual(reasons, ["function game could not be loaded on shard 1: no good"]);
});

test("a shard that dies is started again on its port, with its functions", async () => {
  await own.start();
  const { version } = await own.node.deploy(componentOf("game", "one"), {});
  const before = own.node.ports;
  const [, victim] = (await own.node.reading()).shards;
  process.kill(victim!.pid!, "SIGKILL");
  await until(() => !own.node.health().ready);
  await until(() => own.node.health().ready);
  const after = (await own.node.reading()).shards[1]!;
  assert.equal(after.restarts, 1);
  assert.notEqual(after.pid, victim!.pid);
  assert.deepEqual(own.node.ports, before);
  assert.deepEqual(await versionsOnShards("game"), [version, version]);
});

test("while a shard is away the others answer, and deploys are refused for the moment", async () => {
  await own.start();
  const [victim] = (await own.node.reading()).shards;
  process.kill(victim!.pid!, "SIGKILL");
  await until(() => !own.node.health().ready);
  assert.deepEqual(own.node.health().reasons, ["shard 0 is restarting"]);
  assert.deepEqual(
    (await own.node.stats()).map((shard) => shard.shard),
    [1],
  );
  await assert.rejects(own.node.deploy(componentOf("game", "x"), {}), {
    code: "shards-not-ready",
  });
});

test("a shard's questions reach the other shards", async () => {
  await own.start({ shards: "3" });
  const rooms = await own.node.rooms("ask-everywhere");
  // Each of three shards asked for all rooms, and got one of each shard.
  assert.equal(rooms.length, 9);
  assert.equal(new Set(rooms.map((room) => room.shard)).size, 3);
});

test("a port in use is refused, naming it and the option, and nothing is left behind", async () => {
  const taken = await listenOn(0);
  const { port } = taken.address() as { port: number };
  try {
    for (const [option, flag] of [
      ["port", "--port"],
      ["adminPort", "--admin-port"],
      ["shardPorts", "--shard-ports"],
    ] as const) {
      const message = new RegExp(`port ${port} is in use .* ${flag} `);
      await assert.rejects(own.start({ [option]: String(port), shards: "1" }), {
        code: "port-in-use",
        message,
      });
    }
  } finally {
    taken.close();
  }
  await new Store(own.data).close();
});

test("an address that is not this machine's is refused", async () => {
  await assert.rejects(own.start({ host: "192.0.2.1" }), { code: "host-unknown", message: /--host/ });
});

test("a second node on the same data folder is refused", async () => {
  await own.start();
  const second = Node.start(configIn(own.data), {
    builder: new FakeBuilder(),
    log: silent,
    shardModule: FAKE_SHARD,
  });
  await assert.rejects(second, { code: "data-locked", message: new RegExp(`pid ${process.pid}`) });
});

test("a shard program that cannot run fails the start", async () => {
  const hooks = { builder: own.builder, log: silent, shardModule: "/nowhere/shard.js" };
  await assert.rejects(Node.start(configIn(own.data), hooks), { code: "shard-died" });
});

test("a stopped node has freed its ports, its folder and its processes", async () => {
  await own.start();
  const { ports } = own.node;
  const { shards } = await own.node.reading();
  assert.ok(existsSync(adminFiles(own.data).url));
  await own.stop();
  for (const port of [ports.adminPort, ...ports.shardPorts]) (await listenOn(port!)).close();
  for (const { pid } of shards) assert.throws(() => process.kill(pid!, 0), { code: "ESRCH" });
  assert.ok(!existsSync(adminFiles(own.data).url));
  await new Store(own.data).close();
});

test("stopping does not wait longer than drainMs for rooms that do not end", async () => {
  await own.start({ drainMs: "30" });
  await own.node.deploy(componentOf("endless", "x"), {});
  await own.stop();
});

test("a stopping node refuses deploys", async () => {
  await own.start({ drainMs: "200" });
  await own.node.deploy(componentOf("endless", "x"), {});
  const { node } = own;
  const stopped = own.stop();
  await assert.rejects(node.deploy(componentOf("game", "x"), {}), { code: "node-stopping" });
  assert.equal(node.health().ready, false);
  await stopped;
});

test("a shard that dies while the node starts is started again", async () => {
  await own.start({ shards: "1" });
  const { version } = await own.node.deploy(componentOf("game", "die-once-on-1"), {});
  await own.stop();
  await own.start({ shards: "2" });
  await until(() => own.node.health().ready);
  assert.equal((await own.node.reading()).shards[1]?.restarts, 1);
  assert.deepEqual(await versionsOnShards("game"), [version, version]);
});

test("stopping does not wait for a deploy that hangs", async () => {
  await own.start();
  const deploy = own.node.deploy(componentOf("game", "hang-on-1"), {});
  const refused = assert.rejects(deploy, { code: "load-failed" });
  await until(async () => (await versionsOnShards("game"))[0] !== null);
  await own.stop();
  await refused;
});
