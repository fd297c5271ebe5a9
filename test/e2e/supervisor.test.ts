/** A node as its operator sees it: shards that die, signals, restarts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "@rockpool/client";
import { CloseCode } from "@rockpool/protocol";
import { fixture, sample } from "../harness/components.ts";
import { temporaryFolder } from "../harness/folder.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import { Player } from "../harness/player.ts";
import { script } from "../harness/script.ts";
import { SHARD_COUNTS } from "../harness/shardCounts.ts";
import { until, within } from "../harness/until.ts";

const functions = { puppet: fixture("puppet"), echo: sample("echo") };

/** Tests that kill have a node of their own. */
function onEachOwnNode(name: string, run: (node: NodeUnderTest, shards: number) => Promise<void>): void {
  for (const shards of SHARD_COUNTS) {
    test(`${name} (shards: ${shards})`, async () => {
      const node = await startNode({ shards, functions });
      try {
        await run(node, shards);
      } finally {
        await node.kill();
      }
    });
  }
}

async function pidOf(node: NodeUnderTest, shard: number): Promise<number> {
  return (await node.admin.reading()).shards[shard]!.pid!;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

onEachOwnNode(
  "a shard that is killed is started again on its port, and serves its functions",
  async (node, shards) => {
    const victim = shards - 1;
    const room = node.nameOn("puppet", victim);
    const player = await node.join("puppet", room);
    const before = await pidOf(node, victim);
    process.kill(before, "SIGKILL");
    assert.equal((await player.closed).code, 1006);
    await until("the shard's return", async () => {
      const { ready, shards: all } = await node.admin.reading();
      return ready && all[victim]?.pid !== before && all[victim]?.restarts === 1;
    });
    const again = await node.join("puppet", room);
    assert.equal(again.id, 1, "the room is a new one");
  },
);

onEachOwnNode(
  "players of a killed shard come back through the client SDK, and play on",
  async (node, shards) => {
    const room = connect({
      url: node.url,
      function: "echo",
      room: node.nameOn("echo", shards - 1),
      backoff: { max: 500 },
    });
    await room.ready;
    const rejoined = new Promise<void>((resolve) => room.on("rejoined", () => resolve()));
    process.kill(await pidOf(node, shards - 1), "SIGKILL");
    await within("a reconnect", rejoined);
    const back = new Promise<Uint8Array>((resolve) => room.on("message", resolve));
    room.send(new TextEncoder().encode("still here"));
    assert.equal(new TextDecoder().decode(await within("an echo", back)), "still here");
    room.leave();
  },
);

onEachOwnNode("rooms on other shards do not notice that one is killed", async (node, shards) => {
  if (shards === 1) return;
  const bystander = await node.join("puppet", node.nameOn("puppet", 0));
  bystander.play(script().on("tick", script().tell("tick")).tickRate(50));
  await bystander.nextText();
  process.kill(await pidOf(node, 1), "SIGKILL");
  await until("a restart", async () => (await node.admin.reading()).shards[1]?.restarts === 1);
  const numbers: number[] = [];
  for (let left = bystander.unread + 5; left > 0; left--)
    numbers.push(Number((await bystander.nextText()).split(" ")[1]));
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => numbers[0]! + i),
  );
});

onEachOwnNode("a shard that is killed again and again comes back each time", async (node) => {
  for (let restarts = 1; restarts <= 3; restarts++) {
    process.kill(await pidOf(node, 0), "SIGKILL");
    await until(`restart ${restarts}`, async () => {
      const { ready, shards: all } = await node.admin.reading();
      return ready && all[0]?.restarts === restarts;
    });
  }
  await (await node.join("puppet", node.nameOn("puppet", 0))).leave();
});

onEachOwnNode(
  "while a shard is away the node says so at /readyz, and does not say so when it is back",
  async (node) => {
    const ready = async () => (await fetch(`${node.admin.url}/readyz`)).status;
    assert.equal(await ready(), 200);
    process.kill(await pidOf(node, 0), "SIGKILL");
    await until("503", async () => (await ready()) === 503);
    await until("200", async () => (await ready()) === 200);
  },
);

onEachOwnNode(
  "shards end when their supervisor is killed, and the node can be started again",
  async (node) => {
    const pids = (await node.admin.reading()).shards.map(({ pid }) => pid!);
    node.signal("SIGKILL");
    await node.exited;
    await until("the shards' end", () => !pids.some(isAlive));
  },
);

for (const shards of SHARD_COUNTS) {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal} drains: players get 4001, and the node ends with code 0 (shards: ${shards})`, async () => {
      const node = await startNode({ shards, functions });
      const pids = (await node.admin.reading()).shards.map(({ pid }) => pid!);
      const players = await Promise.all(Array.from({ length: 6 }, () => node.join("puppet")));
      node.signal(signal);
      for (const player of players) assert.equal((await player.closed).code, CloseCode.Draining);
      assert.deepEqual(await node.exited, { code: 0, signal: null });
      assert.deepEqual(pids.filter(isAlive), []);
      await assert.rejects(fetch(`${node.admin.url}/healthz`));
    });
  }

  test(`a second signal ends a node that drains at once, with code 1 (shards: ${shards})`, async () => {
    const node = await startNode({ shards, functions, flags: ["--drain-ms", "60000"] });
    const player = await node.join("puppet");
    // Left unread, so that the drain has something to wait for.
    player.stopReading();
    node.signal("SIGTERM");
    await node.logged("the drain", ({ msg }) => String(msg).startsWith("draining"));
    node.signal("SIGTERM");
    const { code } = await node.exited;
    // The drain may have been over first.
    assert.ok(code === 0 || code === 1, String(code));
    player.vanish();
  });

  test(`functions are there again after a restart of the node, also after a kill (shards: ${shards})`, async () => {
    const folder = temporaryFolder();
    const first = await startNode({ shards, functions, data: folder.path });
    await first.admin.deploy("puppet", await fixture("puppet", { emptyTtl: 77 }));
    const before = (await first.admin.request("GET", "/admin/v1/functions")).json.functions;
    await first.stop();
    for (const end of ["stop", "kill"] as const) {
      const node = await startNode({ shards, data: folder.path });
      const after = (await node.admin.request("GET", "/admin/v1/functions")).json.functions;
      assert.deepEqual(after, before);
      await (await node.join("puppet")).leave();
      await node[end]();
    }
    const last = await startNode({ shards, data: folder.path });
    assert.equal((await last.admin.reading()).ready, true);
    await last.stop();
    folder.remove();
  });
}

test("named rooms move when the number of shards changes, and the log says so", async () => {
  const folder = temporaryFolder();
  const one = await startNode({ shards: 1, functions, data: folder.path });
  await one.stop();
  const three = await startNode({ shards: 3, data: folder.path });
  await three.logged(
    "a warning",
    ({ level, before, shards }) => level === "warn" && before === 1 && shards === 3,
  );
  for (let shard = 0; shard < 3; shard++)
    await (await three.join("puppet", three.nameOn("puppet", shard))).leave();
  await three.stop();
  folder.remove();
});

test("the game port is shared by all shards", async () => {
  const node = await startNode({ shards: 3, functions });
  const seen = new Set<number>();
  await until("answers of all three", async () => {
    const response = await fetch(`${node.url}/healthz`, { headers: { connection: "close" } });
    seen.add(((await response.json()) as { shard: number }).shard);
    return seen.size === 3;
  });
  const players = await Promise.all(
    Array.from({ length: 20 }, () => new Player(node.roomUrl("echo", freshName())).next()),
  );
  assert.equal(players.length, 20);
  await node.stop();
});
