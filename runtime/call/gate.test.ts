import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "./gate.ts";

test("calls are taken in order", () => {
  const gate = new Gate();
  assert.deepEqual([gate.begin(1), gate.begin(2), gate.begun], [true, true, 2]);
});

test("what was withdrawn is not taken, and the call after it is", () => {
  const gate = new Gate();
  gate.begin(1);
  assert.ok(gate.withdraw(1, 3));
  assert.deepEqual([gate.begin(2), gate.begin(3), gate.begin(4)], [false, false, true]);
});

test("nothing is withdrawn once the thread has gone on", () => {
  const gate = new Gate();
  gate.begin(1);
  gate.begin(2);
  assert.equal(gate.withdraw(1, 3), false);
  assert.ok(gate.begin(3));
});

test("numbers wrap", () => {
  const gate = new Gate();
  gate.withdraw(0, 0x7fffffff);
  const next = (0x7fffffff + 1) | 0;
  assert.ok(gate.begin(next));
});

test("a gate of the same memory sees what was posted", () => {
  const gate = new Gate();
  gate.posted();
  assert.equal(new Gate(gate.buffer).wait(0), 1);
});
