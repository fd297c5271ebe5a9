import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressCap, FrameRate } from "./guard.ts";

test("a burst of exactly two seconds' worth passes at once", () => {
  for (const perSecond of [1, 3, 120, 10_000]) {
    const rate = new FrameRate(perSecond);
    let admitted = 0;
    for (let i = 0; i < perSecond * 4; i++) if (rate.admit(12_345.678)) admitted++;
    assert.equal(admitted, perSecond * 2);
  }
});

test("after a burst, frames pass at the sustained rate", () => {
  const rate = new FrameRate(10);
  let admitted = 0;
  for (let now = 0; now < 20_000; now++) if (rate.admit(now)) admitted++;
  assert.equal(admitted, 20 + 10 * 20 - 1);
});

test("a long silence saves up no more than the burst", () => {
  const rate = new FrameRate(5);
  rate.admit(0);
  let admitted = 0;
  for (let i = 0; i < 100; i++) if (rate.admit(3_600_000)) admitted++;
  assert.equal(admitted, 10);
});

test("a refused frame costs nothing", () => {
  const rate = new FrameRate(1);
  rate.admit(0);
  rate.admit(0);
  for (let i = 0; i < 100; i++) assert.equal(rate.admit(500), false);
  assert.equal(rate.admit(1000), true);
});

test("an address gets its cap and no more, beside others", () => {
  const cap = new AddressCap(2);
  assert.deepEqual([cap.take("a"), cap.take("a"), cap.take("a"), cap.take("b")], [true, true, false, true]);
  cap.release("a");
  assert.equal(cap.take("a"), true);
});

test("an address that holds nothing is forgotten", () => {
  const cap = new AddressCap(2);
  for (let i = 0; i < 1000; i++) {
    cap.take(`address ${i}`);
    cap.release(`address ${i}`);
  }
  assert.equal(cap.size, 0);
});
