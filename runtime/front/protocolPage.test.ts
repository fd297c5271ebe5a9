import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ClientOp, CloseCode, ServerOp, SUBPROTOCOL, shardOfRoom } from "@rockpool/protocol";
import { startFront } from "./testing/frontUnderTest.ts";
import { enter, Player } from "./testing/player.ts";

const page = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("|"));

/** The page's conversations: what is sent and received in order, then the close. */
function conversations(): string[][] {
  const blocks = [...page.matchAll(/```\n([^`]*)```/g)].map((match) => match[1]!.split("\n"));
  return blocks.filter((lines) => lines.some((line) => line.startsWith("close ")));
}

function bytesOf(line: string): number[] {
  const hex = /^[→←] ((?:[0-9a-f]{2} ?)+)/.exec(line)?.[1] ?? "";
  return hex
    .trim()
    .split(" ")
    .map((byte) => Number.parseInt(byte, 16));
}

test("the protocol page names the subprotocol", () => {
  assert.ok(page.includes(`\`${SUBPROTOCOL}\``));
});

for (const [from, ops] of [
  ["client", ClientOp],
  ["server", ServerOp],
] as const) {
  for (const [name, op] of Object.entries(ops)) {
    test(`the protocol page has a row for the ${from}'s ${name}`, () => {
      const row = `| ${from} | 0x${op.toString(16).padStart(2, "0")} | ${name.toUpperCase()} |`;
      assert.equal(rows.filter((line) => line.startsWith(row)).length, 1, row);
    });
  }
}

test("the protocol page has a row for every close code and for no other", () => {
  const documented = rows.flatMap((line) => /^\| (4\d{3}) \|/.exec(line)?.[1] ?? []).map(Number);
  assert.deepEqual(documented, Object.values(CloseCode));
});

test("the shards in the protocol page are those that the code computes", () => {
  const vectors = rows.flatMap((line) => {
    const [, name, room, shards, shard] =
      /^\| ([a-z]+) \| ([a-z0-9-]+) \| (\d+) \| (\d+) \|$/.exec(line) ?? [];
    return name ? [{ name, room: room!, shards: Number(shards), shard: Number(shard) }] : [];
  });
  assert.ok(vectors.length >= 9);
  for (const { name, room, shards, shard } of vectors) {
    assert.equal(shardOfRoom(name, room, shards), shard, `${name}/${room} of ${shards}`);
  }
});

test("the conversations in the protocol page happen as written", async () => {
  const [echo, badFrame, moved] = conversations();
  await using one = await startFront("uws");
  for (const lines of [echo!, badFrame!]) {
    const player = await enter(one.ports.port);
    for (const line of lines) {
      if (line.startsWith("→")) player.send(...bytesOf(line));
      // WELCOME was taken by entering, and the page cuts it short.
      if (line.startsWith("←") && !line.includes("…"))
        assert.deepEqual([...(await player.next())], bytesOf(line));
    }
    const { code, reason } = await player.closed;
    assert.ok(lines.includes(`close ${code} ${reason}`), `${code} ${reason}`);
  }
  await using two = await startFront("uws", { shards: 2 }, { ownPorts: () => [7800, 7801] });
  const player = new Player(`ws://127.0.0.1:${two.ports.port}/v1/rooms/echo/r1-000000000000`);
  assert.deepEqual([...(await player.next())], bytesOf(moved![0]!));
  const { code, reason } = await player.closed;
  assert.ok(moved!.includes(`close ${code} ${reason}`));
});
