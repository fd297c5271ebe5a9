import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomTime } from "./roomTime.ts";

const PERIOD_MS = 50;
const PERIOD_NS = 50_000_000;

test("room time is 0 at create and follows real time while the room does not tick", () => {
  const time = new RoomTime(1000);
  assert.equal(time.ns, 0);
  time.follow(1012.5);
  assert.equal(time.ns, 12_500_000);
});

test("a tick is exactly one period after the last one, however late it runs", () => {
  const time = new RoomTime(1000);
  time.setPeriod(PERIOD_MS);
  time.tick(1050);
  assert.equal(time.ns, PERIOD_NS);
  time.tick(1100);
  assert.equal(time.ns, 2 * PERIOD_NS);
});

test("between ticks time follows real time but never passes the next tick", () => {
  const time = new RoomTime(1000);
  time.setPeriod(PERIOD_MS);
  time.tick(1050);
  time.follow(1060);
  assert.equal(time.ns, PERIOD_NS + 10_000_000);
  time.follow(1400);
  assert.equal(time.ns, 2 * PERIOD_NS);
});

test("time never runs backwards when the tick rate changes", () => {
  const time = new RoomTime(1000);
  time.follow(1030);
  time.setPeriod(PERIOD_MS);
  assert.equal(time.ns, 30_000_000);
  time.tick(1080);
  assert.equal(time.ns, 30_000_000 + PERIOD_NS);
  time.follow(1090);
  time.setPeriod(Number.POSITIVE_INFINITY);
  time.follow(1100);
  assert.equal(time.ns, 30_000_000 + PERIOD_NS + 20_000_000);
});

test("a stored moment goes on where it stood, whatever the real clock says", () => {
  const time = new RoomTime(1000);
  time.setPeriod(PERIOD_MS);
  time.tick(1050);
  time.follow(1060);
  const later = new RoomTime(0);
  later.setPeriod(PERIOD_MS);
  later.restore(time.ns, time.anchorNs);
  later.resume(99_000);
  later.follow(99_005);
  assert.equal(later.ns, PERIOD_NS + 15_000_000);
  later.tick(99_040);
  assert.equal(later.ns, 2 * PERIOD_NS);
});
