import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeShare } from "./timeShare.ts";

const SHARE_MS = 5;
const PERIOD_MS = 50;
/** Explains any time that these tests take. */
const FUEL = 1e9;

function tick(share: TimeShare, tookMs: number, now: number): void {
  share.charge(tookMs, FUEL, 0, now, true);
}

function message(share: TimeShare, tookMs: number, now: number): void {
  share.charge(tookMs, FUEL, 0, now, false);
}

/** Ticks from `start` on, each taking `tookMs`, skipping while in debt; returns the share of time taken. */
function shareTaken(share: TimeShare, start: number, tookMs: number, forMs: number): number {
  let now = start;
  let taken = 0;
  while (now < start + forMs) {
    const solventAt = share.solventAt(now);
    if (solventAt > now) {
      now += Math.ceil((solventAt - now) / PERIOD_MS) * PERIOD_MS;
      continue;
    }
    tick(share, tookMs, now + tookMs);
    taken += tookMs;
    now += Math.max(PERIOD_MS, tookMs);
  }
  return taken / forMs;
}

function shareOf20Hz(): TimeShare {
  const share = new TimeShare(SHARE_MS, 0);
  share.setPeriod(PERIOD_MS, 0);
  return share;
}

test("a room within its share is never in debt", () => {
  const share = shareOf20Hz();
  for (let now = 0; now < 100_000; now += PERIOD_MS) {
    tick(share, SHARE_MS, now + SHARE_MS);
    assert.equal(share.solventAt(now + PERIOD_MS), now + PERIOD_MS);
  }
});

test("a hiccup of ten shares is forgiven", () => {
  const share = shareOf20Hz();
  tick(share, SHARE_MS * 10, SHARE_MS * 10);
  assert.equal(share.solventAt(SHARE_MS * 10), SHARE_MS * 10);
});

test("time that the fuel cannot explain is not the room's", () => {
  const share = shareOf20Hz();
  for (let now = 0; now < 10_000; now += PERIOD_MS) {
    share.charge(400, 10_000, 0, now, true);
    assert.equal(share.solventAt(now), now);
  }
});

test("effects may take their time for every player", () => {
  const share = shareOf20Hz();
  share.charge(400, 10_000, 1000, 0, true);
  assert.ok(share.solventAt(0) > 0);
});

test("a single callback of more than ten shares is paid for at once, 64-fold", () => {
  const share = shareOf20Hz();
  const tookMs = SHARE_MS * 11;
  tick(share, tookMs, 0);
  assert.equal(share.solventAt(0), (tookMs * 64 * PERIOD_MS) / SHARE_MS);
});

for (const tookMs of [20, 45, 60, 130, 300]) {
  test(`ticks of ${tookMs} ms make fewer than a hundredth of neighbours' ticks late in the first half minute`, () => {
    const LATE_MS = 7;
    const taken = shareTaken(shareOf20Hz(), 0, tookMs, 30_000);
    assert.ok((taken * (tookMs - LATE_MS)) / tookMs < 0.01, String(taken));
  });
}

test("a room that overruns every tick comes down to less than a hundredth of the time", () => {
  const share = shareOf20Hz();
  shareTaken(share, 0, 300, 600_000);
  assert.ok(shareTaken(share, 10_000_000, 300, 600_000) < 0.01);
});

test("a room that mends its ways gets its whole share again", () => {
  const share = shareOf20Hz();
  shareTaken(share, 0, 300, 600_000);
  shareTaken(share, 10_000_000, 1, 600_000);
  assert.ok(shareTaken(share, 20_000_000, 1, 60_000) > 0.019);
});

test("a room without ticks is held to the share of a 20 Hz room", () => {
  const share = new TimeShare(SHARE_MS, 0);
  for (let n = 0; n < 10; n++) message(share, SHARE_MS * 2 + 1, 0);
  assert.equal(share.solventAt(0), 100);
});

test("messages that keep a room in debt put it beyond help", () => {
  const share = shareOf20Hz();
  let now = 0;
  while (!share.beyondHelp) {
    now += 100;
    assert.ok(now < 10_000, "it never happened");
    message(share, 100, now);
  }
});
