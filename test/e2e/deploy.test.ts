/** Deploys, good and bad, while a room plays: whatever is uploaded, what is deployed and running stays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, sample } from "../harness/components.ts";
import { coreModulesOf } from "../harness/manifest.ts";
import { freshName, type NodeUnderTest } from "../harness/node.ts";
import type { Player } from "../harness/player.ts";
import { cutOff, exchange, statusOf } from "../harness/raw.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

const puppet = fixture("puppet");
const functions = { puppet, living: fixture("puppet", { name: "living", tickRate: 50 }) };

/** Same code, another digest. */
function version(name: string, number: number): Promise<Uint8Array> {
  return fixture("puppet", { name, emptyTtl: 100 + number });
}

/** A component that imports what no function may: `(component (import "wasi:cli/exit@0.2.0" (func)))`. */
const FOREIGN_COMPONENT = Buffer.from("0061736d0d0001000704014000010a1901001377617369", "hex");

/** Joins a ticking room, and afterwards sees that it has ticked on all the time. */
async function whileARoomPlays(node: NodeUnderTest, action: () => Promise<void>): Promise<void> {
  const player = await node.join("living");
  player.play(script().on("tick", script().tell("tick")).put("k", "kept"));
  await player.nextText();
  await action();
  const after = player.unread;
  for (let i = 0; i <= after; i++) assert.match(await player.nextText(), /^tick /);
  player.play(script().tickRate(0).get("k"));
  assert.equal(await player.textThat((text) => !text.startsWith("tick")), "some kept");
  await player.leave();
}

function putHead(node: NodeUnderTest, length: number): string {
  const lines = [
    `PUT /admin/v1/functions/puppet HTTP/1.1`,
    `host: 127.0.0.1`,
    `authorization: Bearer ${node.admin.token}`,
  ];
  return `${[...lines, `content-length: ${length}`, "connection: close"].join("\r\n")}\r\n\r\n`;
}

onEveryShardCount({ functions }, (the) => {
  const adminPort = () => Number(new URL(the().admin.url).port);
  const digests = async () => {
    const { json } = await the().admin.request("GET", "/admin/v1/functions");
    return Object.fromEntries(
      json.functions.map((one: { function: string; version: string }) => [one.function, one.version]),
    );
  };

  const refusals: [what: string, bytes: () => Promise<Uint8Array>, reason: RegExp][] = [
    ["a core module", async () => coreModulesOf(await puppet)[0]!, /component/],
    ["a component of another world", async () => FOREIGN_COMPONENT, /./],
    ["random bytes", async () => crypto.getRandomValues(new Uint8Array(20_000)), /./],
    ["text", async () => Buffer.from("hello"), /./],
    ["the first half of a component", async () => (await puppet).subarray(0, 10_000), /./],
    ["a component with a byte too many", async () => Buffer.concat([await puppet, Uint8Array.of(0)]), /./],
    ["a magic number alone", async () => (await puppet).subarray(0, 8), /./],
    ["a manifest with a misspelt field", () => fixture("puppet", { tickrate: 3 } as object), /tickrate/],
    ["a manifest with a name that cannot be", () => fixture("puppet", { name: "Not A Name" }), /name/],
    ["a manifest of the other kind", () => fixture("puppet", { kind: "call" }), /kind/],
  ];
  for (const [what, bytes, reason] of refusals) {
    test(`${what} is refused with a reason, and nothing changes`, async () => {
      await whileARoomPlays(the(), async () => {
        const before = await digests();
        const { status, json } = await the().admin.put("puppet", await bytes());
        assert.ok(status === 422 || status === 400, `${status} ${JSON.stringify(json)}`);
        assert.match(json.message, reason);
        assert.ok(json.code.length > 0);
        assert.deepEqual(await digests(), before);
      });
    });
  }

  test("a component with one byte changed is deployed or refused, and the room plays on", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const whole = await puppet;
    await whileARoomPlays(the(), async () => {
      for (let i = 0; i < 30; i++) {
        const at = (seed + i * 7919) % whole.length;
        const bytes = Uint8Array.from(whole);
        bytes[at]! ^= 1 << (i % 8);
        const { status, json } = await the().admin.put("puppet", bytes);
        assert.ok(
          [200, 400, 409, 422].includes(status),
          `seed ${seed}, byte ${at}: ${status} ${JSON.stringify(json)}`,
        );
      }
    });
    await the().admin.deploy("puppet", whole);
    await (await the().join("puppet")).leave();
  });

  test("an empty upload is refused", async () => {
    const { status, json } = await the().admin.put("puppet", new Uint8Array(0));
    assert.deepEqual([status, json.code], [400, "empty-upload"]);
  });

  test("an upload over the cap is refused with 413, announced or not", async () => {
    const { status, json } = await the().admin.put("puppet", new Uint8Array(16_777_217));
    assert.deepEqual([status, json.code], [413, "upload-too-large"]);
  });

  test("an upload that is cut off half way changes nothing", async () => {
    const component = await version("puppet", 1);
    await whileARoomPlays(the(), async () => {
      const before = await digests();
      const half = component.subarray(0, component.length / 2);
      await cutOff(adminPort(), Buffer.concat([Buffer.from(putHead(the(), component.length)), half]));
      // Ended politely, so that the answer can be read.
      const head = Buffer.from(putHead(the(), component.length));
      const answer = await exchange(adminPort(), Buffer.concat([head, half]), { thenEnd: true });
      assert.ok([0, 400].includes(statusOf(answer)), answer);
      assert.deepEqual(await digests(), before);
    });
    await the().admin.deploy("puppet", component);
  });

  test("a component under another name than its own is refused", async () => {
    const { status, json } = await the().admin.put("other", await puppet);
    assert.deepEqual([status, json.code], [409, "name-mismatch"]);
    assert.match(json.message, /"puppet"/);
  });

  test("a name that cannot be is refused", async () => {
    for (const name of ["UPPER", "a%20b", "a%2f..%2fb", "x".repeat(64), ""]) {
      const { status } = await the().admin.request("PUT", `/admin/v1/functions/${name}`, await puppet);
      assert.ok([400, 404, 405].includes(status), `${name}: ${status}`);
    }
  });

  test("a deploy with update=new-rooms leaves old rooms on the old version, new rooms get the new one", async () => {
    const room = freshName();
    const first = await the().admin.deploy("keeping", await version("keeping", 1));
    const old = await the().join("keeping", room);
    const second = await the().admin.deploy("keeping", await version("keeping", 2), "new-rooms");
    assert.deepEqual([second.previous, second.changed], [first.version, true]);
    const [sameRoom, newRoom] = [await the().join("keeping", room), await the().join("keeping")];
    assert.deepEqual(
      [old, sameRoom, newRoom].map(({ welcome }) => welcome.version),
      [first.version, first.version, second.version],
    );
    assert.equal(await old.ask(script().players()), `${old.id},${sameRoom.id}`);
    await Promise.all([old, sameRoom, newRoom].map((player) => player.leave()));
  });

  test("a deploy with update=drain closes old rooms with 4001, and players come back to the new version", async () => {
    const room = freshName();
    await the().admin.deploy("draining", await version("draining", 1));
    const old = [await the().join("draining", room), await the().join("draining")];
    const { version: digest, roomsEnded } = await the().admin.deploy(
      "draining",
      await version("draining", 2),
      "drain",
    );
    assert.equal(roomsEnded, 2);
    for (const player of old) assert.equal((await player.closed).code, 4001);
    const again = await the().join("draining", room);
    assert.equal(again.welcome.version, digest);
    await again.leave();
  });

  test("the same component again changes nothing and ends no room", async () => {
    const player = await the().join("puppet");
    const current = (await digests()).puppet;
    const { json } = await the().admin.request("GET", "/admin/v1/functions/puppet");
    assert.equal(json.version, current);
    const component = json.info.manifest.emptyTtl === 5 ? await puppet : await version("puppet", 1);
    const result = await the().admin.deploy("puppet", component, "drain");
    assert.deepEqual([result.changed, result.roomsEnded], [false, 0]);
    assert.equal(await player.ask(script().get("k")), "none");
    await player.leave();
  });

  test("a deleted function is gone everywhere, and deleting it again is an error", async () => {
    await the().admin.deploy("gone", await version("gone", 1));
    await (await the().join("gone")).leave();
    assert.equal((await the().admin.request("DELETE", "/admin/v1/functions/gone")).status, 200);
    assert.equal((await the().refusal("gone", "lobby")).code, 4004);
    assert.equal((await the().http("/v1/rooms/gone")).status, 404);
    assert.deepEqual(
      (await the().admin.request("DELETE", "/admin/v1/functions/gone")).json.code,
      "no-such-function",
    );
  });

  test("a function whose module traps when it starts is refused or fails alone", async () => {
    // Warmed at deploy, its create traps on the throw-away instance: that is the game's business, not the deploy's.
    const player = await the().join("living");
    await the().admin.deploy("other", await version("other", 1));
    player.play(script().tickRate(0).get("k"));
    assert.equal(await player.nextText(), "none");
    await player.leave();
  });

  test("deploys from several sides at once all succeed, and the last one stands", async () => {
    const components = await Promise.all([1, 2, 3, 4].map((number) => version("busy", number)));
    const results = await Promise.all(components.map((component) => the().admin.deploy("busy", component)));
    assert.ok(results.some(({ version: digest }) => digest === undefined) === false);
    const current = (await digests()).busy;
    assert.ok(results.some(({ version: digest }) => digest === current));
    const player: Player = await the().join("busy");
    assert.equal(player.welcome.version, current);
    await player.leave();
  });

  test("the samples are deployed and served as pages", async () => {
    await the().admin.deploy("echo", await sample("echo"));
    const response = await the().http("/play/echo/");
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /text\/html/);
    const functionsListed = (await (await the().http("/v1/functions")).json()) as {
      name: string;
      page: boolean;
    }[];
    await until("the page in the list", () =>
      functionsListed.find(({ name, page }) => name === "echo" && page),
    );
  });
});
