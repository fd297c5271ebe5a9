import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionRecord } from "../shard/contract.ts";
import { healthOf } from "./health.ts";

const catalog = new Map([["game", {} as FunctionRecord]]);
const ready = { index: 0, state: "ready", failures: new Map<string, string>() } as const;

test("a running node with ready shards is ready", () => {
  assert.deepEqual(healthOf([ready], catalog, "running"), { ready: true, reasons: [] });
});

test("each shard that is not ready is a reason", () => {
  const shards = [ready, { ...ready, index: 1, state: "restarting" as const }];
  assert.deepEqual(healthOf(shards, catalog, "running").reasons, ["shard 1 is restarting"]);
});

test("a function that is not loaded is a reason, one that is not deployed is none", () => {
  const failures = new Map([
    ["game", "no memory"],
    ["gone", "no memory"],
  ]);
  const { reasons } = healthOf([{ ...ready, failures }], catalog, "running");
  assert.deepEqual(reasons, ["function game could not be loaded on shard 0: no memory"]);
});

test("a starting or stopping node is not ready", () => {
  assert.equal(healthOf([ready], catalog, "starting").ready, false);
  assert.equal(healthOf([ready], catalog, "stopping").ready, false);
});
