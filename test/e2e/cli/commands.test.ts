/** The commands that ask a running node. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rockpool } from "../../harness/command.ts";
import { fixture, sample } from "../../harness/components.ts";
import { freshName } from "../../harness/node.ts";
import { script } from "../../harness/script.ts";
import { onEveryShardCount } from "../../harness/shardCounts.ts";

const functions = { puppet: fixture("puppet"), echo: sample("echo"), score: sample("score") };

onEveryShardCount({ functions }, (the) => {
  const run = (...args: string[]) => rockpool([...args, "--data", the().data]);

  test("functions lists what is deployed, as a table and as JSON", async () => {
    const table = await run("functions");
    assert.equal(table.code, 0, table.stderr);
    for (const name of Object.keys(functions))
      assert.match(table.stdout, new RegExp(`^${name} +(room|call) `, "m"));
    const listed = JSON.parse((await run("functions", "--json")).stdout) as {
      function: string;
      state: string;
    }[];
    assert.deepEqual(
      listed.map((one) => one.function),
      ["echo", "puppet", "score"],
    );
  });

  test("functions show tells manifest and limits", async () => {
    const { stdout } = await run("functions", "show", "puppet");
    assert.match(stdout, /memoryPages +16/);
    assert.match(stdout, /^keeps +durability \w+, grace \d+ s, sleepAfter \d+ s, update [\w-]+$/m);
    const json = JSON.parse((await run("functions", "show", "puppet", "--json")).stdout);
    assert.equal(json.info.manifest.limits.memoryPages, 16);
  });

  test("functions delete removes one, and says so when there is none", async () => {
    await the().admin.deploy("doomed", await fixture("puppet", { name: "doomed" }));
    assert.equal((await run("functions", "delete", "doomed")).code, 0);
    const again = await run("functions", "delete", "doomed");
    assert.equal(again.code, 1);
    assert.match(again.stderr, /no function "doomed"/);
  });

  test("rooms lists live rooms with what their games say, harmless to a terminal", async () => {
    const room = freshName();
    const player = await the().join("puppet", room);
    await player.ask(script().listing("mode", "\x1b[31mred").get(""));
    const { stdout } = await run("rooms", "puppet");
    assert.match(stdout, new RegExp(`puppet +${room} .*mode=\\\\x1b\\[31mred`));
    const listed = JSON.parse((await run("rooms", "--json")).stdout) as { room: string; players: number }[];
    assert.equal(listed.find((one) => one.room === room)?.players, 1);
    await player.leave();
  });

  test("call sends text, a file or stdin, and prints the answer", async () => {
    const url = ["--url", the().url];
    const text = await rockpool(["call", "score", "--data", "ada 1600", ...url]);
    assert.equal(text.code, 0, text.stderr);
    assert.equal(JSON.parse(text.stdout).players[0].name, "ada");
    const file = join(the().data, "request.txt");
    writeFileSync(file, "bob 1700");
    assert.match((await rockpool(["call", "score", "--file", file, ...url])).stdout, /"bob"/);
    assert.match((await rockpool(["call", "score", ...url], { input: "eve 1800" })).stdout, /"eve"/);
    const json = JSON.parse(
      (await rockpool(["call", "score", "--data", "ada 1600", "--json", ...url])).stdout,
    );
    assert.equal(Buffer.from(json.base64, "base64").toString(), json.text);
  });

  test("call fails with the function's reason, and with advice where there is no node", async () => {
    const refused = await rockpool(["call", "score", "--data", "%", "--url", the().url]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /line 1:/);
    const missing = await rockpool(["call", "missing", "--data", "x", "--url", the().url]);
    assert.match(missing.stderr, /404/);
    const nowhere = await rockpool(["call", "score", "--data", "x", "--url", "http://127.0.0.1:1"]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /rockpool start/);
  });

  test("deploy tells the node's reason when it refuses", async () => {
    const file = join(the().data, "junk.wasm");
    writeFileSync(file, "junk");
    const { code, stderr } = await run("deploy", file);
    assert.equal(code, 1);
    assert.ok(stderr.length > 10 && !stderr.includes("    at "), stderr);
    const absent = await run("deploy", join(the().data, "absent.wasm"));
    assert.match(absent.stderr, /there is no file or folder/);
  });

  test("deploy tells that an upload is too large, not that the connection broke", async () => {
    const big = join(the().data, "big.wasm");
    const component = await functions.puppet;
    // A custom section of 17 MB: id 0, its size, a name of one letter, and bytes.
    const size = 17_000_000;
    const leb = [0, 7, 14, 21].map((shift) => ((size >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0));
    writeFileSync(big, Buffer.concat([component, Buffer.from([0, ...leb, 1, 120]), Buffer.alloc(size - 2)]));
    const { code, stderr } = await run("deploy", big);
    assert.equal(code, 1);
    assert.match(stderr, /16777216 bytes/);
  });

  test("load plays, reports as JSON, and its exit code says whether --max-p99 held", async () => {
    const args = [
      "--url",
      the().url.replace("http", "ws"),
      "--players",
      "20",
      "--rooms",
      "4",
      "--rate",
      "20",
      "--duration",
      "1",
    ];
    const good = await rockpool(["load", "echo", ...args, "--mode", "echo", "--json", "--max-p99", "60000"]);
    assert.equal(good.code, 0, good.stderr);
    const report = JSON.parse(good.stdout);
    assert.deepEqual([report.joined, report.errors, report.passed], [20, [], true]);
    assert.ok(report.roundTripMs.count > 100);
    const bad = await rockpool(["load", "echo", ...args, "--mode", "echo", "--json", "--max-p99", "0.001"]);
    assert.equal(bad.code, 1);
    assert.equal(JSON.parse(bad.stdout).passed, false);
  });

  test("load makes no load on what cannot be played, and says why in one line", async () => {
    const url = ["--url", the().url.replace("http", "ws")];
    for (const [name, reason] of [
      ["missing", /^rockpool: no function "missing" is deployed here; [^\n]*\n$/],
      ["score", /^rockpool: "score" is a call function; [^\n]*\n$/],
      ["functions/echo", /^rockpool: [^\n]*give the function's name, not its folder\n$/],
    ] as const) {
      const { code, stdout, stderr } = await rockpool(["load", name, ...url]);
      assert.deepEqual([code, stdout], [1, ""], name);
      assert.match(stderr, reason);
    }
  });

  test("rooms of a function that was never deployed fail by its name", async () => {
    const { code, stdout, stderr } = await run("rooms", "nope");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /no function "nope" is deployed here/);
  });

  test("call of a room function says what it is", async () => {
    const { code, stderr } = await rockpool(["call", "puppet", "--data", "x", "--url", the().url]);
    assert.equal(code, 1);
    assert.match(stderr, /"puppet" is a room function; players join it/);
  });
});

test("commands find no node where none runs, and say what to do", async () => {
  for (const args of [["functions"], ["rooms"]]) {
    const { code, stderr } = await rockpool([...args, "--node", "http://127.0.0.1:1"]);
    assert.equal(code, 1);
    assert.match(stderr, /rockpool start/);
  }
  const { code, stdout, stderr } = await rockpool(["load", "echo", "--url", "ws://127.0.0.1:1"]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^rockpool: [^\n]*rockpool start[^\n]*\n$/);
});

test("every command explains itself", async () => {
  for (const command of ["init", "build", "dev", "start", "deploy", "functions", "rooms", "call", "load"]) {
    const { code, stdout } = await rockpool([command, "--help"]);
    assert.equal(code, 0, command);
    assert.match(stdout, /Usage: rockpool/);
  }
});

test("an unknown command fails with a hint", async () => {
  const { code, stderr } = await rockpool(["strat"]);
  assert.equal(code, 1);
  assert.match(stderr, /unknown command 'strat'/);
});
