/** A test file that never ends, and leaves a process that holds its output. */
import { spawn } from "node:child_process";
import { test } from "node:test";

test("leaves a timer and a process", () => {
  spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
  setInterval(() => {}, 1000);
});
