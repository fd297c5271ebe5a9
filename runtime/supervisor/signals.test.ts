import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Store } from "../store/store.ts";

const NODE = fileURLToPath(new URL("./node.fixture.js", import.meta.url));

let folder: string;
let child: ChildProcess;
let pids: number[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-signals-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function start(...flags: string[]): Promise<void> {
  child = fork(NODE, [join(folder, "data"), ...flags]);
  const [ready] = (await once(child, "message")) as [{ pids: number[] }];
  pids = ready.pids;
}

/** Whether a process runs; one that has ended and waits to be reaped (state Z) does not. */
function runs(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Resolves when no shard is left; the test's own time limit ends it. */
async function allGone(): Promise<void> {
  while (pids.some(runs)) await new Promise((resolve) => setTimeout(resolve, 10));
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} stops node and shards in order, with exit code 0`, async () => {
    await start();
    child.kill(signal);
    assert.deepEqual(await once(child, "exit"), [0, null]);
    await allGone();
    await new Store(join(folder, "data")).close();
  });
}

test("a second signal does not wait for rooms that do not end", async () => {
  await start("drainMs=600000");
  child.send("endless");
  await once(child, "message");
  child.kill("SIGTERM");
  const again = setInterval(() => child.kill("SIGTERM"), 50);
  const [code] = await once(child, "exit");
  clearInterval(again);
  assert.equal(code, 1);
  await allGone();
});

test("no shard outlives a supervisor that is killed, and the next node takes over", async () => {
  await start();
  child.kill("SIGKILL");
  await once(child, "exit");
  await allGone();
  await start();
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [0, null]);
});
