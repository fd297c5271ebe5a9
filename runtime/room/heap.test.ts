import assert from "node:assert/strict";
import { test } from "node:test";
import { type Due, DueHeap } from "./heap.ts";

function item(): Due {
  return { due: 0, heapIndex: -1 };
}

test("the first item is always the one that is due first, through random sets, moves and removals", () => {
  const seed = Date.now() % 1e9;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const heap = new DueHeap<Due>();
  const items = Array.from({ length: 200 }, item);
  const inside = new Set<Due>();
  for (let step = 0; step < 5000; step++) {
    const chosen = items[random(items.length)]!;
    if (random(3) === 0) {
      heap.remove(chosen);
      inside.delete(chosen);
    } else {
      heap.set(chosen, random(1000));
      inside.add(chosen);
    }
    const least = Math.min(...[...inside].map((one) => one.due));
    assert.equal(heap.size, inside.size, `seed ${seed}, step ${step}`);
    if (inside.size > 0) assert.equal(heap.first?.due, least, `seed ${seed}, step ${step}`);
  }
});

test("removing an item that is in no heap does nothing", () => {
  const heap = new DueHeap<Due>();
  heap.set(item(), 1);
  heap.remove(item());
  assert.equal(heap.size, 1);
});
