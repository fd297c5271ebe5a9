import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrears } from "./arrears.ts";
import type { TimeShare } from "./timeShare.ts";

const SHARE_MS = 5;

function overrun(share: TimeShare): void {
  share.charge(100, 1e9, 0, 0, true);
}

test("the next room of a function takes over what the last one owes", () => {
  const arrears = new Arrears();
  const share = arrears.take("game", SHARE_MS, 0);
  arrears.leave("game", share);
  // The callback in which a room ends is charged after its end.
  overrun(share);
  assert.ok(arrears.take("game", SHARE_MS, 0).solventAt(0) > 0);
});

test("it is taken over once, and not by another function", () => {
  const arrears = new Arrears();
  const share = arrears.take("game", SHARE_MS, 0);
  overrun(share);
  arrears.leave("game", share);
  assert.equal(arrears.take("other", SHARE_MS, 0).solventAt(0), 0);
  assert.equal(arrears.take("game", SHARE_MS, 0), share);
  assert.equal(arrears.take("game", SHARE_MS, 0).solventAt(0), 0);
});

test("what is paid in the meantime is forgotten", () => {
  const arrears = new Arrears();
  const share = arrears.take("game", SHARE_MS, 0);
  overrun(share);
  arrears.leave("game", share);
  const paidAt = share.solventAt(0) + 1_000;
  assert.notEqual(arrears.take("game", SHARE_MS, paidAt), share);
});
