import assert from "node:assert/strict";
import { test } from "node:test";
import { ChargePointSearch } from "./chargePoint.ts";
import { OP } from "./opcodes.ts";
import type { Label } from "./paths.ts";

function label(at: number, op: number = OP.block, arm = 0): Label {
  return { op, at, arm, type: -64, cost: 0, feedback: 0, endCost: -1, endFeedback: 0, spends: false };
}

const BODY = label(0);

test("a single call is charged right before it, or before the loop that it is in", () => {
  const plain = new ChargePointSearch();
  plain.found([BODY, label(10)], 15);
  assert.equal(plain.point, 15);
  const looped = new ChargePointSearch();
  looped.found([BODY, label(10), label(12, OP.loop), label(14)], 15);
  assert.equal(looped.point, 12);
});

test("calls in both arms of an if are charged before the if", () => {
  const search = new ChargePointSearch();
  search.found([BODY, label(10, OP.if)], 12);
  search.found([BODY, label(10, OP.else, 1)], 15);
  assert.equal(search.point, 10);
});

test("calls of one block are charged before the first; one outside moves the charge before the block", () => {
  const search = new ChargePointSearch();
  search.found([BODY, label(10), label(11)], 12);
  search.found([BODY, label(10), label(11), label(13, OP.loop)], 14);
  assert.equal(search.point, 12);
  search.found([BODY, label(10)], 20);
  assert.equal(search.point, 11);
  search.found([BODY], 30);
  assert.equal(search.point, 10);
});

test("the search looks at few blocks, however deep the calls lie and however many there are", () => {
  const DEPTH = 1000;
  let looks = 0;
  const labels = new Proxy([BODY, ...Array.from({ length: DEPTH }, (_, n) => label(n + 1))], {
    get(target, property, receiver) {
      if (typeof property === "string" && /^\d+$/.test(property)) looks++;
      return Reflect.get(target, property, receiver);
    },
  });
  const search = new ChargePointSearch();
  for (let call = 0; call < DEPTH; call++) search.found(labels, DEPTH + 1 + call);
  assert.equal(search.point, DEPTH + 1);
  assert.ok(looks < 10 * DEPTH, `${looks} looks`);
});
