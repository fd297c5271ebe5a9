import assert from "node:assert/strict";
import { test } from "node:test";
import { call } from "@rockpool/client";
import { fixture, sample } from "../harness/components.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = {
  score: sample("score"),
  caller: fixture("caller"),
  echo: sample("echo"),
};

onEveryShardCount({ functions }, (the) => {
  const ask = (name: string, body: string | Uint8Array<ArrayBuffer>) =>
    the().http(`/v1/call/${name}`, { method: "POST", body });

  test("score rates players", async () => {
    const response = await ask("score", "ada 1600\nada win 1600\nbob loss 1500");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    const { players } = (await response.json()) as { players: { name: string; rating: number }[] };
    assert.deepEqual(
      players.map(({ name, rating }) => [name, rating]),
      [
        ["ada", 1616],
        ["bob", 1484],
      ],
    );
  });

  test("a request against the rules is refused with 422 and its line", async () => {
    const response = await ask("score", "ada 1600\nada wins 1600");
    assert.equal(response.status, 422);
    assert.deepEqual(await response.json(), {
      code: "refused",
      message: "line 2: a result is win, draw or loss",
    });
  });

  test("a call to a function that does not exist gives 404", async () => {
    for (const name of ["missing", "UPPER", "a%2Fb", "x".repeat(64)]) {
      const response = await ask(name, "");
      assert.ok([400, 404].includes(response.status), name);
    }
  });

  test("a call to a room function gives 404", async () => {
    assert.equal((await ask("echo", "")).status, 404);
  });

  test("a room of a call function cannot be joined or found", async () => {
    assert.equal((await the().refusal("score", "lobby")).code, 4004);
    assert.equal((await the().post("/v1/rooms/score", {})).status, 404);
  });

  test("a call that traps or loops gives 500, and the next one is served", async () => {
    for (const misdeed of ["trap", "loop"]) {
      const response = await ask("caller", misdeed);
      assert.equal(response.status, 500, misdeed);
      assert.equal(((await response.json()) as { code: string }).code, "failed");
      assert.equal(await (await ask("caller", "still here")).text(), "still here");
    }
  });

  test("a call keeps nothing for the next one", async () => {
    for (let i = 0; i < 20; i++) assert.equal(await (await ask("caller", "count")).text(), "1");
  });

  test("a request of 1 MiB is taken whole, one byte more gets 413", async () => {
    const megabyte = Buffer.alloc(1_048_576, "a");
    const answer = Buffer.from(await (await ask("caller", megabyte)).arrayBuffer());
    assert.ok(answer.equals(megabyte));
    assert.equal((await ask("caller", Buffer.alloc(1_048_577))).status, 413);
  });

  test("an empty request is a request", async () => {
    const response = await ask("caller", "");
    assert.deepEqual([response.status, await response.text()], [200, ""]);
  });

  test("100 calls at once are answered, each with its own answer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => (await ask("caller", `call ${i}`)).text()),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: 100 }, (_, i) => `call ${i}`),
    );
  });

  test("the client SDK calls, and tells the reason of a refusal", async () => {
    const options = { url: the().url, function: "caller" };
    const body = new TextEncoder().encode("hello");
    assert.equal(new TextDecoder().decode(await call({ ...options, body })), "hello");
    await assert.rejects(call({ ...options, body: new TextEncoder().encode("refuse") }), {
      status: 422,
      message: /not today/,
    });
  });
});
