import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fixture } from "../harness/components.ts";
import { type NodeUnderTest, startNode } from "../harness/node.ts";
import { until } from "../harness/until.ts";

/** Fuel for hours: what ends a loop then is its time. */
const ENDLESS = { fuel: Number.MAX_SAFE_INTEGER };
const functions = {
  hasty: fixture("caller", { name: "hasty", limits: { ...ENDLESS, callSeconds: 1 } }),
  patient: fixture("caller", { name: "patient", limits: { ...ENDLESS, callSeconds: 3 } }),
};
const MAX_FUEL = ["--max-fuel", String(Number.MAX_SAFE_INTEGER)];

interface Answer {
  status: number;
  text: string;
  code: string | null;
  retryAfter: string | null;
}

async function ask(node: NodeUnderTest, name: string, body: string): Promise<Answer> {
  const response = await node.http(`/v1/call/${name}`, { method: "POST", body });
  const text = await response.text();
  const code = response.status === 200 ? null : (JSON.parse(text) as { code: string }).code;
  return { status: response.status, text, code, retryAfter: response.headers.get("retry-after") };
}

async function counter(node: NodeUnderTest, name: string): Promise<number> {
  const { shards } = await node.admin.reading();
  return shards.reduce((sum, { stats }) => sum + (stats?.counters[name] ?? 0), 0);
}

/** Sends a call that loops; resolves, with its answer to come, once a thread has it. */
async function looping(node: NodeUnderTest, name: string): Promise<{ answer: Promise<Answer> }> {
  const answer = ask(node, name, "loop");
  await until("the loop runs", async () => {
    const { shards } = await node.admin.reading();
    return shards.some(({ stats }) => (stats?.callsRunning ?? 0) > 0);
  });
  return { answer };
}

/** A node for the tests of one description. */
function withNode(flags: readonly string[]): () => NodeUnderTest {
  let node: NodeUnderTest;
  before(async () => {
    node = await startNode({ functions, flags: [...MAX_FUEL, ...flags] });
  });
  after(() => node.stop());
  return () => node;
}

describe("with two threads", () => {
  const the = withNode(["--call-threads", "2"]);

  test("callSeconds: a call that runs for longer gets 504, and the next one is served", async () => {
    const before = await counter(the(), "calls_over_time");
    const { status, code, text } = await ask(the(), "hasty", "loop");
    assert.deepEqual([status, code], [504, "over-time"]);
    assert.match(text, /longer than its 1 s/);
    assert.equal((await ask(the(), "hasty", "still here")).text, "still here");
    assert.equal(await counter(the(), "calls_over_time"), before + 1);
  });

  test("while a call overruns, others are answered, and so are rooms and probes", async () => {
    let isOver = false;
    const loop = (await looping(the(), "patient")).answer.finally(() => {
      isOver = true;
    });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(the(), "hasty", `call ${n}`)));
    answers.forEach(({ text }, n) => {
      assert.equal(text, `call ${n}`);
    });
    assert.equal((await the().http("/healthz")).status, 200);
    assert.equal(isOver, false);
    assert.equal((await loop).status, 504);
  });

  test("calls in every thread overrun, and the next ones are served by new threads", async () => {
    const loops = await Promise.all([1, 2, 3, 4].map(() => ask(the(), "hasty", "loop")));
    for (const { status } of loops) assert.ok([503, 504].includes(status), String(status));
    assert.equal((await ask(the(), "hasty", "still here")).text, "still here");
  });

  test("a call that logs and one that is refused are counted as calls", async () => {
    const before = await counter(the(), "calls");
    await ask(the(), "hasty", "refuse");
    await ask(the(), "hasty", "hello");
    assert.equal(await counter(the(), "calls"), before + 2);
  });
});

describe("with one thread and one waiting place", () => {
  const the = withNode(["--call-threads", "1", "--call-queue", "1"]);

  test("a call behind one that overruns has not begun, so it is run when that was ended", async () => {
    const loop = await looping(the(), "hasty");
    const behind = ask(the(), "patient", "hello");
    assert.equal((await loop.answer).status, 504);
    assert.deepEqual(await behind, { status: 200, text: "hello", code: null, retryAfter: null });
  });

  test("a call that has waited as long as it may run gets 503", async () => {
    const loop = await looping(the(), "patient");
    const { status, code, text } = await ask(the(), "hasty", "hello");
    assert.deepEqual([status, code], [503, "busy"]);
    assert.match(text, /did not begin/);
    assert.equal((await loop.answer).status, 504);
  });

  test("callQueue: a call that finds no place gets 503, and those that did are answered", async () => {
    const before = await counter(the(), "calls_busy");
    const loop = await looping(the(), "hasty");
    const others = await Promise.all(Array.from({ length: 20 }, () => ask(the(), "patient", "hello")));
    const refused = others.filter(({ status }) => status === 503);
    assert.ok(refused.length > 0 && refused.length < others.length, `${refused.length} of 20 were refused`);
    for (const { code, retryAfter } of refused) assert.deepEqual([code, retryAfter], ["busy", "1"]);
    for (const { status, text } of others)
      if (status !== 503) assert.deepEqual([status, text], [200, "hello"]);
    assert.equal(await counter(the(), "calls_busy"), before + refused.length);
    await loop.answer;
  });
});

test("a node grants at most its own callSeconds, whatever a manifest asks for", async () => {
  const node = await startNode({ functions, flags: [...MAX_FUEL, "--max-call-seconds", "1"] });
  const { status, text } = await ask(node, "patient", "loop");
  assert.equal(status, 504);
  assert.match(text, /longer than its 1 s/);
  await node.stop();
});
