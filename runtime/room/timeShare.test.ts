import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeShare } from "./timeShare.ts";

const SHARE_MS = 5;
const PERIOD_MS = 50;

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
    share.charge(tookMs, now + tookMs, true);
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
    share.charge(SHARE_MS, now + SHARE_MS, true);
    assert.equal(share.solventAt(now + PERIOD_MS), now + PERIOD_MS);
  }
});

test("one hiccup of twenty shares is forgiven", () => {
  const share = shareOf20Hz();
  share.charge(SHARE_MS * 20, SHARE_MS * 20, true);
  assert.equal(share.solventAt(SHARE_MS * 20), SHARE_MS * 20);
});

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
  share.charge(SHARE_MS * 20 + 10, 0, false);
  assert.equal(share.solventAt(0), 100);
});

test("messages that keep a room in debt put it beyond help", () => {
  const share = shareOf20Hz();
  let now = 0;
  while (!share.beyondHelp) {
    now += 100;
    assert.ok(now < 10_000, "it never happened");
    share.charge(100, now, false);
  }
});
