import assert from "node:assert/strict";
import { test } from "node:test";
import { componentWith } from "./component.fixture.ts";
import { componentName } from "./componentName.ts";

test("a component's name is the one in its manifest", () => {
  assert.equal(componentName(componentWith('{"name": "pong"}'), "f"), "pong");
});

test("what is no function's component is refused with what it is", () => {
  const whole = componentWith('{"name": "pong"}');
  const refused = (bytes: Uint8Array, what: RegExp) => assert.throws(() => componentName(bytes, "f"), what);
  refused(Buffer.from(""), /not a WebAssembly component/);
  refused(Buffer.from("#!/bin/sh\nexit\n"), /not a WebAssembly component/);
  refused(Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), /a core module/);
  refused(whole.subarray(0, 8), /without a rockpool.json/);
  refused(whole.subarray(0, whole.length - 1), /cut off or damaged/);
  refused(componentWith('{"name": "Not A Name"}'), /faulty manifest/);
});
