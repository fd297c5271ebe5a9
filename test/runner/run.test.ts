/** The runner of the tests: what it runs, and what it does about a file that hangs. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { within } from "../harness/until.ts";
import { isChosen, pathParts } from "./chosen.ts";

/** A program of this folder as its own run: node:test runs no files inside one that it runs. */
async function run(program: string, ...args: string[]) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  try {
    const code = await within("its end", new Promise<number | null>((resolve) => child.on("close", resolve)));
    return { code, output };
  } finally {
    child.kill("SIGKILL");
  }
}

test("a file that hangs is cut off and fails, and what it started ends with it", async () => {
  const { code, output } = await run("./cutOff.fixture.js");
  assert.equal(code, 0, output);
  const result = JSON.parse(/RESULT (.*)/.exec(output)![1]!);
  assert.equal(result.failed, 1);
  assert.match(result.wrong.join(" "), /left processes behind.*setInterval/);
});

test("a flag is refused", async () => {
  const { code, output } = await run("../run.js", "--grep", "x");
  assert.equal(code, 2);
  assert.match(output, /unknown flag --grep; usage/);
});

test("of several parts any may match, and none means all", () => {
  const paths = ["runtime/wasm/nan", "test/e2e/echo", "sdk/client/room"];
  const chosen = (...args: string[]) => paths.filter((path) => isChosen(path, pathParts(args)));
  assert.deepEqual(chosen("e2e/", "client"), paths.slice(1));
  assert.deepEqual(chosen(), paths);
});
