import assert from "node:assert/strict";
import { test } from "node:test";
import { FairQueue } from "./fairQueue.ts";

function filled(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push(item[0]!, item);
  return queue;
}

function drained(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

test("keys take turns, and each keeps its order", () => {
  assert.deepEqual(drained(filled("a1", "a2", "a3", "b1", "c1", "b2")), ["a1", "b1", "c1", "a2", "b2", "a3"]);
});

test("what is put back comes first of its key", () => {
  const queue = filled("a1", "a2");
  queue.putBack("a", queue.shift()!);
  assert.deepEqual(drained(queue), ["a1", "a2"]);
});

test("only the first items of a key are taken out", () => {
  const queue = filled("a1", "b2", "b1", "c1", "c2");
  assert.deepEqual(
    queue.takeFirst((item) => item.endsWith("1")),
    ["a1", "c1"],
  );
  assert.deepEqual([queue.size, drained(queue)], [3, ["b2", "c2", "b1"]]);
});
