import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../harness/components.ts";
import { find, take } from "../harness/matchmaking.ts";
import { freshName } from "../harness/node.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

/** docs/limits.md, and a little. */
const EXPIRED_MS = 15_200;
const functions = {
  duel: fixture("puppet", { name: "duel", maxPlayers: 2, create: "on-request", emptyTtl: 60 }),
};

// At the same time, because they wait for most of it.
describe("reservations", { concurrency: true }, () => {
  onEveryShardCount({ functions }, (the) => {
    test("a seat that is not taken in 15 s is free again, and its token counts as none", async () => {
      const map = freshName();
      const [a, b] = [await find(the(), "duel", map), await find(the(), "duel", map)];
      const first = await take(a);
      assert.equal((await the().refusal("duel", a.room)).code, 4005);
      await new Promise((resolve) => setTimeout(resolve, EXPIRED_MS));
      const second = await the().join("duel", a.room);
      assert.equal((await the().refusal("duel", a.room, `?seat=${b.seat}`)).code, 4005);
      await Promise.all([first.leave(), second.leave()]);
    });
  });
});
