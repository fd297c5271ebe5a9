import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { runCommand, startCommand } from "./command.fixture.ts";

/** As a new user would: the real commands, one after another, in an empty folder. */
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-node-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const ANY_PORT = ["--port", "0", "--admin-port", "0", "--shard-ports", "0", "--shards", "1"];

/** Starts a node and reads lines of its output until one is what `find` looks for. */
async function startNode<T>(
  args: string[],
  find: (line: string) => T | null,
): Promise<{ found: T; stop: () => Promise<number> }> {
  const child = startCommand([...args, ...ANY_PORT], { folder });
  child.stderr!.resume();
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    return (await exited)[0] as number;
  };
  for await (const line of createInterface({ input: child.stdout! })) {
    const found = find(line);
    if (found === null) continue;
    child.stdout!.resume();
    return { found, stop };
  }
  throw new Error(`rockpool ${args.join(" ")} ended before it was ready`);
}

interface Ready {
  play: string;
  functions: string[];
}

function readyLine(line: string): Ready | null {
  return line.startsWith('{"play"') ? (JSON.parse(line) as Ready) : null;
}

test("init, start, load, deploy, delete and stop work one after another", async () => {
  assert.equal((await runCommand(["init", "games/dots"], { folder })).code, 0);
  const node = await startNode(["start", "--json", "--functions", "games"], readyLine);
  try {
    assert.deepEqual(node.found.functions, ["dots"]);
    const url = node.found.play.replace("localhost", "127.0.0.1");
    const play = ["--url", url, "--players", "4", "--rooms", "2", "--duration", "1", "--json"];
    const load = await runCommand(["load", "dots", ...play], { folder });
    assert.equal(load.code, 0, load.out + load.err);
    const rooms = JSON.parse((await runCommand(["rooms", "dots", "--json"], { folder })).out);
    assert.equal(rooms.length, 2);
    const again = JSON.parse((await runCommand(["deploy", "games/dots", "--json"], { folder })).out);
    assert.equal(again.changed, false);
    assert.equal((await runCommand(["functions", "delete", "dots"], { folder })).code, 0);
    assert.deepEqual(JSON.parse((await runCommand(["functions", "--json"], { folder })).out), []);
  } finally {
    assert.equal(await node.stop(), 0);
  }
});

test("dev shows a mistake, goes on running, and takes the repair", async () => {
  const source = join(folder, "games/dots/assembly/index.ts");
  const good = readFileSync(source, "utf8");
  const child = startCommand(["dev", "games/dots", ...ANY_PORT], { folder });
  const exited = once(child, "exit");
  child.stdout!.resume();
  try {
    const lines = createInterface({ input: child.stderr! })[Symbol.asyncIterator]();
    await lineWith(lines, "dots: live after");
    writeFileSync(source, `${good}\nlet oops: u32 = "text";\n`);
    await lineWith(lines, "assembly/index.ts:");
    writeFileSync(source, good.replace("SPEED: f32 = 40", "SPEED: f32 = 41"));
    await lineWith(lines, "dots: live after");
  } finally {
    child.kill("SIGTERM");
    assert.equal((await exited)[0], 0);
  }
});

async function lineWith(lines: AsyncIterator<string>, text: string): Promise<void> {
  for (let next = await lines.next(); !next.done; next = await lines.next())
    if (next.value.includes(text)) return;
  assert.fail(`the output ended without "${text}"`);
}
