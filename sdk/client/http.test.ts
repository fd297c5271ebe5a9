import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { call, findOrCreate, listRooms } from "./http.ts";

/** The URL of a server that answers with `listener` until the test ends. */
async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("call posts bytes and answers with bytes", async (context) => {
  const url = await serve(context, async (request, response) => {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    response.end(Buffer.concat([...body, Buffer.from(`${request.method} ${request.url}`)]));
  });
  const answer = await call({ url, function: "score", body: Uint8Array.of(65, 66) });
  assert.equal(new TextDecoder().decode(answer), "ABPOST /v1/call/score");
});

test("listRooms reads the list of a function", async (context) => {
  const rooms = [{ room: "lobby", players: 1, maxPlayers: 8, locked: false, listing: [] }];
  const url = await serve(context, (_, response) => response.end(JSON.stringify(rooms)));
  assert.deepEqual(await listRooms({ url, function: "arena" }), rooms);
});

test("a ws URL is asked over http, and a whole room URL in the answer is cut to its base", async (context) => {
  const url = await serve(context, (_, response) =>
    response.end('{"room":"a","url":"ws://h:1/v1/rooms/arena/a?seat=s","seat":"s"}'),
  );
  const found = await findOrCreate({ url: url.replace("http", "ws"), function: "arena" });
  assert.deepEqual(found, { room: "a", url: "ws://h:1", seat: "s" });
});

test("a node's refusal rejects with its status and message", async (context) => {
  const url = await serve(context, (_, response) =>
    response.writeHead(404).end('{"code":"not-found","message":"no such function"}'),
  );
  await assert.rejects(listRooms({ url, function: "arena" }), {
    code: "http",
    status: 404,
    message: "404 no such function",
  });
});

test("a proxy's refusal rejects with its status and text", async (context) => {
  const url = await serve(context, (_, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
  await assert.rejects(call({ url, function: "score", body: new Uint8Array() }), {
    code: "http",
    message: "502 <h1>Bad gateway</h1>",
  });
});

test("a name that is none is refused before it becomes a path", async () => {
  await assert.rejects(listRooms({ url: "http://127.0.0.1:1", function: "../admin" }), {
    code: "invalid-option",
  });
});
