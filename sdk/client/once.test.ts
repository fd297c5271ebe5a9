/** Every input once and every frame once within an epoch, wherever connections are lost. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { type TestContext, test } from "node:test";
import { FakeSeat, type Fate, type Fault } from "./fakeSeat.fixture.ts";
import { FakeServer } from "./fakeserver.ts";
import { OnceLog } from "./onceLog.fixture.ts";
import { join } from "./room.fixture.ts";
import { readU32, u32Frame } from "./u32.ts";

const STEPS = 150;
const FATES: readonly Fate[] = ["kept", "before WELCOME", "at WELCOME", "at the first frame"];

/** Numbers below `bound`, the same for the same seed (Lehmer 1951, with the multiplier of Park and Miller 1988). */
function randomBelow(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
}

/** Plays a seat through random losses; returns what the checker finds. */
async function play(context: TestContext, seed: number, fault: Fault = "none"): Promise<string[]> {
  const server = await FakeServer.start(context);
  const seat = new FakeSeat(server);
  const room = join(context, server, {
    queuedMessages: 10_000,
    queuedBytes: 1e6,
    backoff: { min: 1, max: 2 },
  });
  const log = new OnceLog(room);
  const below = randomBelow(seed);
  let values = 0;
  const input = () => {
    log.sent.push(++values);
    room.send(u32Frame(0, values).subarray(1));
  };
  const actions = [
    input,
    input,
    input,
    () => seat.send(++values),
    () => seat.send(++values),
    () => seat.ack(),
    () => seat.drop(),
    () => seat.crash(below(6)),
  ];
  await room.ready;
  for (let step = 0; step < STEPS; step++) {
    seat.fate = FATES[below(FATES.length)]!;
    actions[below(actions.length)]!();
    // Some steps fall into one turn of the event loop, others have time to be carried out.
    for (let turns = below(6); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  }
  seat.fate = "kept";
  seat.fault = fault;
  for (let i = 0; i < 2; i++) input();
  await seat.tookIn(values);
  const heard = new Promise<void>((resolve) => {
    room.on("message", (bytes) => {
      if (readU32(bytes) === values) resolve();
    });
  });
  for (let i = 0; i < 2; i++) seat.send(++values);
  await heard;
  room.leave();
  return log.problems(seat.inputs, seat.frames);
}

for (let round = 0; round < 8; round++) {
  const seed = randomInt(1, 2 ** 31 - 1);
  test(`every input and every frame counts once, seed ${seed}`, async (context) => {
    assert.deepEqual(await play(context, seed), []);
  });
}

for (const [fault, found] of [
  ["loses an input", /^input \d+ was lost$/],
  ["doubles an input", /^input \d+ came twice$/],
  ["loses a frame", /^frame \d+ was lost$/],
  ["doubles a frame", /^frame \d+ came twice$/],
] as const) {
  test(`the checker sees a node that ${fault}`, async (context) => {
    const problems = await play(context, 7, fault);
    assert.ok(
      problems.some((problem) => found.test(problem)),
      problems.join(", "),
    );
  });
}
