import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomMeters } from "./meters.ts";
import { RoomTime } from "./roomTime.ts";
import { MAX_CATCH_UP, Ticker } from "./ticker.ts";

function tickerAt(hz: number): { ticker: Ticker; meters: RoomMeters } {
  const meters = new RoomMeters();
  const ticker = new Ticker(meters, new RoomTime(0));
  ticker.setRate(hz, 0);
  return { ticker, meters };
}

test("the first tick is due within one period", () => {
  const { ticker } = tickerAt(20);
  assert.ok(ticker.due > 0 && ticker.due <= 50);
});

test("due times do not drift, however late the ticks start", () => {
  const { ticker } = tickerAt(20);
  const first = ticker.due;
  for (let n = 0; n < 1000; n++) ticker.start(ticker.due + 30);
  assert.equal(Math.round((ticker.due - first) * 1000), 1000 * 50 * 1000);
});

test("a late ticker catches up at most five ticks and counts what it drops", () => {
  const { ticker, meters } = tickerAt(20);
  const stall = ticker.due + 50 * 20 + 1;
  let caughtUp = 0;
  while (ticker.due <= stall) {
    ticker.start(stall);
    caughtUp++;
  }
  assert.equal(caughtUp, MAX_CATCH_UP + 1);
  assert.equal(ticker.dropped, 20 - MAX_CATCH_UP);
  assert.equal(meters.ticksDropped, 20 - MAX_CATCH_UP);
});

test("rate 0 stops the ticks", () => {
  const { ticker } = tickerAt(20);
  ticker.setRate(0, 10);
  assert.equal(ticker.due, Number.POSITIVE_INFINITY);
});
