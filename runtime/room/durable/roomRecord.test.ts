/** What a room's record lets the shard do while the room falls asleep. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Acks } from "../acks.ts";
import type { RoomMachine } from "../roomMachine.ts";
import type { Durability } from "./durability.ts";
import type { RoomHistory } from "./history.ts";
import { RoomRecord } from "./roomRecord.ts";

function record(): RoomRecord {
  const machine = { state: { name: "one", manifest: { name: "arena", durability: "checkpoint" } } };
  const shard = { store: {}, touched() {}, woken() {} };
  return new RoomRecord(
    {} as RoomHistory,
    machine as unknown as RoomMachine,
    shard as unknown as Durability,
    {} as Acks,
    () => assert.fail("nothing is captured here"),
  );
}

test("no snapshot is taken for a room's debt while it falls asleep, and again once it is awake", () => {
  const falling = record();
  const seen = [falling.canSnapshot];
  falling.sleep(Number.POSITIVE_INFINITY, () => {});
  seen.push(falling.canSnapshot);
  falling.wake();
  seen.push(falling.canSnapshot);
  assert.deepEqual(seen, [true, false, true]);
});
