import assert from "node:assert/strict";
import { test } from "node:test";
import { StagedMap } from "./stagedMap.ts";

test("staged writes are seen at once, and gone when they are discarded", () => {
  const map = new StagedMap<number>();
  map.set("a", 1);
  map.commit();
  map.set("a", 2);
  map.set("b", 3);
  map.delete("a");
  assert.equal(map.get("a"), undefined);
  assert.equal(map.get("b"), 3);
  assert.equal(map.size, 1);
  map.discard();
  assert.equal(map.get("a"), 1);
  assert.equal(map.get("b"), undefined);
  assert.equal(map.size, 1);
});

test("committed writes stay, deletions included", () => {
  const map = new StagedMap<number>();
  map.set("a", 1);
  map.set("b", 2);
  map.commit();
  map.delete("a");
  map.commit();
  assert.deepEqual(map.entries(), [["b", 2]]);
});
