/** Starts that cannot be: each ends with code 1 and one line that says what to do, and harms nobody. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { rockpool } from "../harness/command.ts";
import { fixture } from "../harness/components.ts";
import { type TemporaryFolder, temporaryFolder } from "../harness/folder.ts";
import { nodeFlags, startNode } from "../harness/node.ts";
import { script } from "../harness/script.ts";

let folder: TemporaryFolder;
before(() => {
  folder = temporaryFolder();
});
after(() => folder.remove());

/** Tries to start a node; it must fail with one line on stderr, which is returned. */
async function refusedStart(data: string, flags: readonly string[] = []): Promise<string> {
  const { code, stderr, stdout } = await rockpool(["start", ...nodeFlags(data), ...flags]);
  assert.equal(code, 1, stdout);
  assert.ok(!stderr.includes("    at "), `a stack is nothing for an operator: ${stderr}`);
  return stderr;
}

test("a second node on the same game port is refused, and the first plays on", async () => {
  const first = await startNode({ functions: { puppet: fixture("puppet") } });
  const player = await first.join("puppet");
  const message = await refusedStart(join(folder.path, "second"), ["--port", String(first.port)]);
  assert.match(message, new RegExp(`port ${first.port} is in use`));
  assert.match(message, /--port/);
  assert.equal(await player.ask(script().get("k")), "none");
  await first.stop();
});

test("a second node on the same data folder is refused, and the first plays on", async () => {
  const first = await startNode({ functions: { puppet: fixture("puppet") } });
  const player = await first.join("puppet");
  const message = await refusedStart(first.data);
  assert.match(message, new RegExp(`pid ${first.pid}`));
  assert.match(message, /--data/);
  assert.equal(await player.ask(script().get("k")), "none");
  assert.equal((await first.admin.request("GET", "/admin/v1/functions")).json.functions.length, 1);
  await first.stop();
});

for (const [what, flag] of [
  ["game port", "--port"],
  ["admin port", "--admin-port"],
  ["shard port", "--shard-ports"],
] as const) {
  test(`a ${what} that another program uses is refused`, async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const message = await refusedStart(join(folder.path, "taken"), [flag, String(port)]);
    assert.match(message, new RegExp(`port ${port} is in use.*${flag}`));
    other.close();
  });
}

test("a data folder below a file is refused", async () => {
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  assert.match(await refusedStart(join(file, "data")), /cannot be written.*--data/s);
});

test("a data folder that is a file is refused", async () => {
  const file = join(folder.path, "file2");
  writeFileSync(file, "");
  assert.match(await refusedStart(file), /--data/);
});

test("a data folder without the right to write is refused", async (t) => {
  const locked = join(folder.path, "locked");
  mkdirSync(locked);
  if (process.getuid?.() !== 0) {
    chmodSync(locked, 0o500);
    assert.match(await refusedStart(join(locked, "data")), /cannot be written.*--data/s);
    return;
  }
  // Root may write everywhere but on what is mounted read-only.
  const unmount = mountMemory(locked, "ro");
  if (unmount === null) {
    t.skip("root may write everywhere, and this machine does not let it mount a read-only folder");
    return;
  }
  try {
    assert.match(await refusedStart(join(locked, "data")), /cannot be written.*--data/s);
  } finally {
    unmount();
  }
});

test("a full disk refuses a deploy with 507, and what is deployed and running stays", async (t) => {
  const small = join(folder.path, "small");
  mkdirSync(small);
  const unmount = mountMemory(small, "size=4m");
  if (unmount === null) {
    t.skip("this machine does not let us mount a small disk");
    return;
  }
  try {
    const node = await startNode({ data: join(small, "data"), functions: { puppet: fixture("puppet") } });
    const player = await node.join("puppet");
    fillDisk(small);
    const { status, json } = await node.admin.put("puppet", await fixture("puppet", { emptyTtl: 99 }));
    assert.deepEqual([status, json.code], [507, "disk-full"]);
    assert.match(json.message, /free some space/);
    assert.equal(await player.ask(script().get("k")), "none");
    await (await node.join("puppet")).leave();
    await node.stop();
    assert.match(await refusedStart(join(small, "another")), /free some space/);
  } finally {
    unmount();
  }
});

test("options that cannot be are all named at once", async () => {
  const message = await refusedStart(join(folder.path, "data"), ["--port", "99999", "--transport", "pigeon"]);
  assert.match(message, /port must be a whole number from 0 to 65535/);
  assert.match(message, /transport must be/);
});

test("an option that does not exist is refused with a hint", async () => {
  const { code, stderr } = await rockpool(["start", "--prot", "1"]);
  assert.equal(code, 1);
  assert.match(stderr, /unknown option '--prot'/);
});

test("a folder of functions that is not there is refused before a node starts", async () => {
  assert.match(
    await refusedStart(join(folder.path, "data"), ["--functions", join(folder.path, "absent")]),
    /absent/,
  );
});

/** Mounts a file system of memory, where this user may; the answer unmounts it. */
function mountMemory(path: string, options: string): (() => void) | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path], { stdio: "pipe" });
  } catch {
    return null;
  }
  // Lazily, because a process that was killed may still be on its way out.
  return () => void execFileSync("umount", ["-l", path]);
}

function fillDisk(path: string): void {
  for (let size = 65_536; size >= 512; size /= 2) {
    for (let i = 0; i < 1000; i++) {
      try {
        writeFileSync(join(path, `fill-${size}-${i}`), Buffer.alloc(size));
      } catch {
        break;
      }
    }
  }
}
