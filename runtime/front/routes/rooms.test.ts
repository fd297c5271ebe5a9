import assert from "node:assert/strict";
import { test } from "node:test";
import { startFront, TRANSPORTS } from "../testing/frontUnderTest.ts";

const post = (body: string) => ({ method: "POST", body });
const base64 = (text: string) => Buffer.from(text).toString("base64");

for (const transport of TRANSPORTS) {
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
        ticksSkipped: 0,
      },
    ];
    assert.deepEqual(await (await fetch(address)).json(), [{ room: "a", ...shown }]);
    assert.equal((await fetch(`${address.replace("arena", "Arena")}`)).status, 404);
  });
}

async function errorCode(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}
