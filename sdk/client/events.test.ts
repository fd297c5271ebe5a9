import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "./events.ts";

class Bell extends Emitter<{ ring: number }> {
  ring(times: number): void {
    this.emit("ring", times);
  }
}

test("every listener hears every event until it is taken off", () => {
  const bell = new Bell();
  const heard: string[] = [];
  const off = bell.on("ring", (n) => heard.push(`a${n}`));
  bell.on("ring", (n) => heard.push(`b${n}`));
  bell.ring(1);
  off();
  bell.ring(2);
  assert.deepEqual(heard, ["a1", "b1", "b2"]);
});

test("once hears one event", () => {
  const bell = new Bell();
  const heard: number[] = [];
  bell.once("ring", (n) => heard.push(n));
  bell.ring(1);
  bell.ring(2);
  assert.deepEqual(heard, [1]);
});

test("a listener that throws does not stop the others, and its error is reported", async () => {
  const bell = new Bell();
  const heard: number[] = [];
  bell.on("ring", () => {
    throw new Error("listener failed");
  });
  bell.on("ring", (n) => heard.push(n));
  const reported = new Promise<Error>((resolve) => {
    process.setUncaughtExceptionCaptureCallback((error) => resolve(error));
  });
  try {
    bell.ring(1);
    assert.equal((await reported).message, "listener failed");
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
  assert.deepEqual(heard, [1]);
});
