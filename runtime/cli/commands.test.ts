import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { adminFiles } from "../store/adminFiles.ts";
import { runCommand } from "./command.fixture.ts";
import { componentWith } from "./component.fixture.ts";
import { findNode } from "./nodeAddress.ts";

/** A fake admin API: answers as told and remembers what it was asked. */
class FakeAdmin {
  readonly asked: { method: string; url: string; authorization: string | undefined; body: Buffer }[] = [];
  answer: { status: number; body: string } = { status: 200, body: "{}" };
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { method = "", url = "", headers } = request;
      this.asked.push({ method, url, authorization: headers.authorization, body: await bodyOf(request) });
      response.writeHead(this.answer.status).end(this.answer.body);
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const admin = new FakeAdmin();
let folder: string;
before(async () => {
  await admin.start();
  folder = mkdtempSync(join(tmpdir(), "rockpool-cli-"));
  const data = join(folder, ".rockpool");
  mkdirSync(data);
  writeFileSync(adminFiles(data).token, "secret\n");
  writeFileSync(adminFiles(data).url, `${admin.url}\n`);
  writeFileSync(join(folder, "pong.wasm"), componentWith('{"name": "pong"}'));
});
after(() => {
  admin.stop();
  rmSync(folder, { recursive: true });
});

function answerWith(body: unknown, status = 200): void {
  admin.asked.length = 0;
  admin.answer = { status, body: typeof body === "string" ? body : JSON.stringify(body) };
}

test("deploy sends the component under its manifest's name, with the token of the data folder", async () => {
  answerWith({
    function: "pong",
    version: "sha256:abc",
    previous: null,
    changed: true,
    update: "drain",
    roomsEnded: 0,
    roomsMigrated: 0,
    roomsKept: [],
  });
  const { code, out } = await runCommand(["deploy", "pong.wasm", "--update", "drain"], { folder });
  assert.equal(code, 0);
  assert.match(out, /pong: live as abc/);
  const [asked] = admin.asked;
  assert.deepEqual([asked!.method, asked!.url], ["PUT", "/admin/v1/functions/pong?update=drain"]);
  assert.equal(asked!.authorization, "Bearer secret");
  assert.deepEqual(asked!.body, componentWith('{"name": "pong"}'));
});

test("deploy warns of limits above those that the node grants, with both values", async () => {
  const file = join(folder, "greedy.wasm");
  writeFileSync(file, componentWith('{"name": "greedy", "limits": {"memoryPages": 60000, "logBytes": 1}}'));
  const result = { function: "greedy", version: "sha256:abc", changed: false };
  answerWith({ ...result, info: { manifest: { limits: { memoryPages: 1024, logBytes: 1 } } } });
  const { code, err } = await runCommand(["deploy", file], { folder });
  assert.equal(code, 0);
  assert.match(err, /^warning: memoryPages is 60000 in its manifest, [^\n]*: 1024 is in force\n$/);
});

test("a token in the environment goes before the one in the data folder", async () => {
  answerWith({ rooms: [] });
  await runCommand(["rooms"], { folder, env: { ROCKPOOL_ADMIN_TOKEN: "other" } });
  assert.equal(admin.asked[0]!.authorization, "Bearer other");
});

test("the token of the data folder is not sent to another machine", () => {
  const data = join(folder, ".rockpool");
  assert.equal(findNode({ node: admin.url, data }, {}).token, "secret");
  assert.equal(findNode({ node: "https://node.example:7780", data }, {}).token, null);
});

test("what the node refuses is told in the node's words, and the command fails", async () => {
  answerWith({ code: "component-refused", message: "it imports wasi:sockets" }, 422);
  const { code, err } = await runCommand(["deploy", "pong.wasm"], { folder });
  assert.deepEqual([code, err], [1, "rockpool: it imports wasi:sockets\n"]);
});

test("a token that is refused is told with where it is from", async () => {
  answerWith({ code: "unauthorized", message: "no" }, 401);
  const remove = ["functions", "delete", "pong"];
  const fromFile = await runCommand(remove, { folder });
  assert.equal(fromFile.code, 1);
  assert.match(fromFile.err, /refused the token from \S+admin\.token; .*--data/);
  const fromVariable = await runCommand(remove, { folder, env: { ROCKPOOL_ADMIN_TOKEN: "other" } });
  assert.match(fromVariable.err, /refused the token from ROCKPOOL_ADMIN_TOKEN; .*unset it/);
});

test("a folder is not built for a node that refuses the token", async () => {
  answerWith({ code: "unauthorized", message: "no" }, 401);
  mkdirSync(join(folder, "faulty"));
  const { code, err } = await runCommand(["deploy", "faulty"], { folder });
  assert.equal(code, 1);
  assert.match(err, /refused the token/);
  assert.deepEqual(
    admin.asked.map(({ method, url }) => [method, url]),
    [["GET", "/admin/v1/token"]],
  );
});

test("a missing token is told with where to find it", async () => {
  answerWith({ code: "unauthorized", message: "no" }, 401);
  const empty = join(folder, "empty");
  const { code, err } = await runCommand(
    ["functions", "delete", "pong", "--node", admin.url, "--data", empty],
    { folder },
  );
  assert.equal(code, 1);
  assert.match(err, /admin token; .*ROCKPOOL_ADMIN_TOKEN/);
});

test("something else that answers on the port is not taken for a node", async () => {
  answerWith("<html>hello</html>", 404);
  assert.match((await runCommand(["rooms"], { folder })).err, /not as a node does/);
});

test("where no node answers the advice is how to start or find one", async () => {
  const closed = new FakeAdmin();
  await closed.start();
  const { url } = closed;
  closed.stop();
  const { code, err } = await runCommand(["rooms", "--node", url], { folder });
  assert.equal(code, 1);
  assert.match(err, /^rockpool: no node answers at http:\/\/127\.0\.0\.1:\d+; start one with [^\n]*\n$/);
});

test("rooms are shown as a table, a game's own text without its escapes", async () => {
  const room = { function: "pong", room: "a", shard: 0, version: "sha256:abc", players: 1, maxPlayers: 2 };
  const rest = { locked: true, tickRate: 30, ageMs: 61_000, fuel: 0, ticks: 0, ticksDropped: 4 };
  answerWith({ rooms: [{ ...room, ...rest, listing: [["map", "\u001b[31mred"]] }] });
  const { out } = await runCommand(["rooms", "pong"], { folder });
  assert.equal(admin.asked[0]!.url, "/admin/v1/rooms?function=pong");
  assert.match(out, /pong +a +0 +abc +1\/2 +30 +4 +1 min 1 s +yes +map=\\x1b\[31mred\n/);
});

test("--json prints one JSON value", async () => {
  answerWith({ rooms: [] });
  assert.deepEqual(JSON.parse((await runCommand(["rooms", "--json"], { folder })).out), []);
});

test("call sends the request and writes the answer byte for byte", async () => {
  answerWith("42");
  const url = ["--url", admin.url];
  assert.equal((await runCommand(["call", "sum", ...url, "--data", "1 2"], { folder })).out, "42");
  assert.equal((await runCommand(["call", "sum", ...url], { folder, input: "3 4" })).out, "42");
  assert.deepEqual(
    admin.asked.map(({ method, url, body }) => [method, url, body.toString()]),
    [
      ["POST", "/v1/call/sum", "1 2"],
      ["POST", "/v1/call/sum", "3 4"],
    ],
  );
});

test("every command explains itself", async () => {
  for (const name of ["init", "build", "dev", "start", "deploy", "functions", "rooms", "call", "load"]) {
    const { code, out } = await runCommand([name, "--help"], { folder });
    assert.equal(code, 0, name);
    assert.match(out, new RegExp(`Usage: rockpool ${name}`));
  }
});

test("an unknown command, an unknown option and a value out of range fail with one line of advice", async () => {
  for (const args of [
    ["dance"],
    ["rooms", "--colour"],
    ["load", "echo", "--players", "x"],
    ["load", "echo", "--players", "0"],
  ]) {
    const { code, err } = await runCommand(args, { folder });
    assert.equal(code, 1, args.join(" "));
    assert.doesNotMatch(err, /\n +at /, args.join(" "));
  }
});

test("--verbose shows where an error comes from", async () => {
  const { err } = await runCommand(["deploy", "absent.wasm", "--verbose"], { folder });
  assert.match(err, /\n +at /);
});
