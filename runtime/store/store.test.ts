import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { open } from "lmdb";
import { digestOf } from "./blobs.ts";
import { MAX_VERSIONS } from "./registry.ts";
import { deploy, entryOf } from "./store.fixture.ts";
import { Store } from "./store.ts";

const FIXTURE = fileURLToPath(new URL("./store.fixture.js", import.meta.url));
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let stores: Store[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-store-"));
  stores = [];
});
afterEach(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function openStore(at = join(folder, "data")): Store {
  const store = new Store(at);
  stores.push(store);
  return store;
}

async function closeStore(store: Store): Promise<void> {
  stores = stores.filter((one) => one !== store);
  await store.close();
}

interface Report {
  open?: true;
  version?: number;
  code?: string;
  message?: string;
}

async function startFixture(
  mode: string,
  at: string,
  uid?: number,
): Promise<{ child: ChildProcess; report: Report }> {
  const child = fork(FIXTURE, [mode, at], uid === undefined ? {} : { uid, gid: uid });
  const [report] = (await once(child, "message")) as [Report];
  return { child, report };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

test("what was committed is there after closing and opening again", async () => {
  const store = openStore();
  await deploy(store, "game", 1);
  await closeStore(store);
  const entry = openStore().registry.get("game")!;
  assert.equal(entry.info.digest, digestOf(Buffer.from("component game 1")));
  assert.deepEqual(entry.former, []);
});

test("functions are listed by name, and a removed one is gone with its files", async () => {
  const store = openStore();
  for (const name of ["zebra", "ant"]) await deploy(store, name, 1);
  assert.deepEqual(
    store.registry.list().map((entry) => entry.name),
    ["ant", "zebra"],
  );
  assert.equal(store.remove("zebra"), true);
  assert.equal(store.remove("zebra"), false);
  store.sweep();
  assert.deepEqual(
    store.registry.list().map((entry) => entry.name),
    ["ant"],
  );
  assert.equal(readdirSync(join(store.folder, "blobs")).length, 2);
});

test("only the newest versions are remembered, with all that they are run from", async () => {
  const store = openStore();
  for (let version = 0; version < MAX_VERSIONS + 3; version++) await deploy(store, "game", version);
  store.sweep();
  const { deployedAt, former } = store.registry.get("game")!;
  assert.equal(deployedAt, MAX_VERSIONS + 2);
  assert.equal(former.length, MAX_VERSIONS - 1);
  assert.equal(readdirSync(join(store.folder, "blobs")).length, 2 * MAX_VERSIONS);
});

test("a version that rooms need is remembered, however old it is", async () => {
  const store = openStore();
  for (let version = 0; version < MAX_VERSIONS; version++) await deploy(store, "game", version);
  const needed = digestOf(Buffer.from("component game 0"));
  store.commit(
    entryOf("game", digestOf(Buffer.from("new")), digestOf(Buffer.from("image")), 99),
    new Set([needed]),
  );
  assert.equal(store.registry.get("game")!.former.at(-1)!.info.digest, needed);
  assert.equal(store.registry.get("game")!.former.length, MAX_VERSIONS);
});

test("deploying an older version again makes it the first, once", async () => {
  const store = openStore();
  for (const version of [1, 2, 1]) await deploy(store, "game", version);
  const digests = [1, 2].map((version) => digestOf(Buffer.from(`component game ${version}`)));
  assert.deepEqual(
    [store.registry.get("game")!, ...store.registry.get("game")!.former].map(({ info }) => info.digest),
    digests,
  );
});

test("a second node on the same folder is refused, naming the first one's pid", async () => {
  const at = join(folder, "data");
  const { child } = await startFixture("hold", at);
  try {
    assert.throws(() => new Store(at), {
      code: "data-locked",
      message: new RegExp(`\\(pid ${child.pid}\\)`),
    });
  } finally {
    await kill(child);
  }
});

test("a second store of the same process is refused too", () => {
  openStore();
  assert.throws(() => new Store(join(folder, "data")), { code: "data-locked" });
});

test("the lock of a node that was killed is taken over", async () => {
  const { child } = await startFixture("hold", join(folder, "data"));
  await kill(child);
  openStore();
});

test("a killed node's lock is stale even when its pid belongs to another process by now", async () => {
  const store = openStore();
  await closeStore(store);
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  const root = open({ path: join(folder, "data", "registry"), noSubdir: false, encoding: "json" });
  root
    .openDB({ name: "owner", encoding: "json" })
    .putSync("owner", { pid: process.ppid, started: "1", boot });
  await root.close();
  openStore();
});

test("everything deployed survives a node that is killed in the middle of a deploy", async () => {
  const at = join(folder, "data");
  const { child } = await startFixture("deploy", at);
  let acknowledged = 0;
  child.on("message", (report: Report) => {
    acknowledged = report.version ?? acknowledged;
    if (acknowledged >= 5) child.kill("SIGKILL");
  });
  await once(child, "exit");
  const store = openStore();
  const entry = store.registry.get("game")!;
  assert.ok(entry.deployedAt >= acknowledged, `${entry.deployedAt} after ${acknowledged} was acknowledged`);
  for (const { info } of [entry, ...entry.former]) await store.blobs.get(info.digest);
  await store.blobs.get(entry.image);
});

test("files of a deploy that never ended are removed at the next start", async () => {
  const store = openStore();
  await store.blobs.put(Buffer.from("orphan"));
  writeFileSync(join(store.folder, "blobs", "half.tmp"), "half");
  await closeStore(store);
  openStore();
  assert.deepEqual(readdirSync(join(folder, "data", "blobs")), []);
});

test("a file that was changed behind the store's back is noticed", async () => {
  const store = openStore();
  const digest = await store.blobs.put(Buffer.from("component"));
  truncateSync(store.blobs.path(digest), 3);
  await assert.rejects(store.blobs.get(digest), { code: "data-damaged" });
  rmSync(store.blobs.path(digest));
  await assert.rejects(store.blobs.get(digest), {
    code: "data-damaged",
    message: /deploy the function again/,
  });
});

test("what is not a digest never becomes a path", () => {
  const store = openStore();
  for (const text of ["../../etc/passwd", "sha256:../x", "sha256:AB", ""]) {
    assert.throws(() => store.blobs.path(text), { code: "data-damaged" }, text);
  }
});

test("the number of shards is recorded, and the one before is told", async () => {
  const store = openStore();
  assert.equal(store.recordShards(2), null);
  await closeStore(store);
  const again = openStore();
  assert.deepEqual([again.recordShards(3), again.recordShards(3)], [2, 3]);
});

test("a data folder under a file is refused with advice", () => {
  writeFileSync(join(folder, "file"), "");
  assert.throws(() => new Store(join(folder, "file", "data")), {
    code: "data-not-writable",
    message: /--data/,
  });
});

test("a data folder of another user is refused with advice", {
  skip: isRoot ? false : "needs root",
}, async () => {
  chmodSync(folder, 0o755);
  const at = join(folder, "data");
  mkdirSync(at, { mode: 0o755 });
  const { child, report } = await startFixture("hold", at, NOBODY);
  if (report.open) await kill(child);
  assert.deepEqual([report.code, /--data/.test(report.message ?? "")], ["data-not-writable", true]);
});

test("the data folder is closed to other users", () => {
  openStore();
  assert.equal(statSync(join(folder, "data")).mode & 0o077, 0);
});

function mountSmallDisk(at: string): boolean {
  mkdirSync(at);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", at], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("on a full disk a deploy fails with advice, and what was deployed stays", async (t) => {
  const disk = join(folder, "disk");
  if (!mountSmallDisk(disk)) return t.skip("cannot mount a small disk here");
  try {
    const store = openStore(disk);
    await deploy(store, "game", 1);
    const before = readdirSync(join(disk, "blobs")).length;
    await assert.rejects(store.blobs.put(Buffer.alloc(2 ** 20)), {
      code: "disk-full",
      message: /free some space/,
    });
    assert.equal(readdirSync(join(disk, "blobs")).length, before);

    // Now fill it to the last byte, so that the registry too finds no space.
    try {
      writeFileSync(join(disk, "filler"), Buffer.alloc(2 ** 20));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
    const entry = store.registry.get("game")!;
    const huge = { ...entry, deployedAt: 2, builtFor: "x".repeat(400_000) };
    assert.throws(() => store.commit(huge), { code: "disk-full" });
    assert.equal(store.registry.get("game")!.deployedAt, 1);

    rmSync(join(disk, "filler"));
    await deploy(store, "game", 3);
    assert.equal(store.registry.get("game")!.deployedAt, 3);
    await closeStore(store);
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});
