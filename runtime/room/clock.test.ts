import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, monotonicMs, type Scheduled } from "./clock.ts";

function scheduled(run: (now: number) => void): Scheduled {
  return { due: 0, heapIndex: -1, run };
}

test("things run in the order in which they are due, never before", async () => {
  const clock = new Clock();
  const start = monotonicMs();
  const ran: string[] = [];
  const late = scheduled((now) => {
    assert.ok(now >= start + 20);
    ran.push("late");
  });
  const early = scheduled((now) => {
    assert.ok(now >= start + 5);
    ran.push("early");
  });
  await new Promise<void>((resolve) => {
    clock.schedule(
      scheduled(() => resolve()),
      start + 25,
    );
    clock.schedule(late, start + 20);
    clock.schedule(early, start + 5);
  });
  assert.deepEqual(ran, ["early", "late"]);
  clock.stop();
});

test("what is due runs before the caller goes on", () => {
  const clock = new Clock();
  let ran = 0;
  const now = monotonicMs();
  clock.schedule(
    scheduled(() => ran++),
    now - 1,
  );
  clock.runDue(now);
  assert.equal(ran, 1);
  clock.stop();
});

test("a thing that is always due again leaves the loop to others", async () => {
  const clock = new Clock();
  const greedy: Scheduled = scheduled((now) => clock.schedule(greedy, now));
  clock.schedule(greedy, monotonicMs());
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 1));
  clock.stop();
});

test("cancelled things do not run", async () => {
  const clock = new Clock();
  const now = monotonicMs();
  const cancelled = scheduled(() => assert.fail("it ran"));
  clock.schedule(cancelled, now + 1);
  clock.cancel(cancelled);
  await new Promise<void>((resolve) =>
    clock.schedule(
      scheduled(() => resolve()),
      now + 5,
    ),
  );
  clock.stop();
});
