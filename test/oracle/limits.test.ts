/** Limits that a node sets and that the reference would not know by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture } from "../harness/components.ts";
import { script } from "../harness/script.ts";
import { assertSame } from "./compare.ts";
import type { Input } from "./input.ts";
import { JcoReference } from "./jco.ts";
import { runOurs } from "./ours.ts";

const PAGES = 16;
const component = await fixture("puppet", { limits: { memoryPages: PAGES } });
const reference = await JcoReference.of(component);

function told(data: Uint8Array) {
  const create: Input = { call: "create", config: new Uint8Array(0) };
  return { seed: 1, inputs: [create, { call: "message", player: 1, data } satisfies Input] };
}

test("memory grows as far on the reference as on a node, and no further", () => {
  const growing = told(script().grow(PAGES).grow(1).bytes);
  assert.equal(assertSame(component, reference, growing, "grow"), "whole");
  const answers = runOurs(component, growing).steps[1]!.effects;
  assert.equal(answers[0], `send 1 ${Buffer.from("-1").toString("hex")}`);
});

test("a guest whose memory is full traps on the reference as on a node", () => {
  const eating = told(script().eat().bytes);
  assert.equal(assertSame(component, reference, eating, "eat"), "whole");
  assert.equal(runOurs(component, eating).steps[1]!.outcome, "trap");
});

test("a callback that never ends is left out, and what comes before it is compared", () => {
  assert.equal(assertSame(component, reference, told(script().loop().bytes), "loop"), "until-out-of-fuel");
});
