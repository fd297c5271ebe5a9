/** What a stranger's socket may do to a node: nothing but get its documented answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CloseCode, ServerOp } from "@rockpool/protocol";
import { fixture } from "../harness/components.ts";
import { freshName, type NodeUnderTest } from "../harness/node.ts";
import { Player } from "../harness/player.ts";
import { cutOff, exchange, statusOf } from "../harness/raw.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = { puppet: fixture("puppet") };

/** An upgrade request as a string, with headers over the usual ones. */
function upgrade(path: string, headers: Record<string, string> = {}): string {
  const all = {
    host: "127.0.0.1",
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "rockpool.v1",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

function refusedUpgrade(
  node: NodeUnderTest,
  path: string,
  protocols: string[],
): Promise<{ status: number; code: string }> {
  const { ws } = new Player(`ws://127.0.0.1:${node.port}${path}`, { protocols });
  return new Promise((resolve, reject) => {
    ws.on("open", () => reject(new Error("the upgrade was accepted")));
    ws.on("unexpected-response", (_, response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, code: JSON.parse(body).code }));
    });
  });
}

onEveryShardCount({ functions }, (the) => {
  const bad: [what: string, frame: Uint8Array | string, message: RegExp][] = [
    ["an unknown opcode", Uint8Array.of(0x05), /unknown opcode 0x05/],
    ["a server's opcode", Uint8Array.of(ServerOp.Welcome), /unknown opcode 0x80/],
    ["an empty frame", Uint8Array.of(), /empty frame/],
    ["a text frame", "hello", /text frame/],
    ["an empty text frame", "", /text frame|empty frame/],
    ["a PING of 9 bytes", new Uint8Array(10).fill(2), /PING/],
    ["a LEAVE with a payload", Uint8Array.of(3, 0), /LEAVE/],
    ["an ACK of 3 bytes", Uint8Array.of(4, 0, 0, 0), /ACK/],
    ["a frame of one byte too many", new Uint8Array(16_385).fill(1), /more than 16384 bytes/],
    ["a frame of 3 MB", new Uint8Array(3_000_000).fill(1), /more than 16384 bytes/],
  ];
  for (const [what, frame, message] of bad) {
    test(`${what} gets ERROR and 4011, and the room plays on`, async () => {
      const room = freshName();
      const [other, player] = [await the().join("puppet", room), await the().join("puppet", room)];
      player.ws.send(frame);
      const { frames, closed } = await player.rest();
      assert.equal(frames.at(-1)?.[0], ServerOp.Error);
      assert.equal(closed.code, CloseCode.BadFrame);
      assert.match(closed.reason, message);
      assert.equal(await other.ask(script().players()), String(other.id));
    });
  }

  test("frames before WELCOME get 4011 or are taken after it, and never crash", async () => {
    for (let i = 0; i < 20; i++) {
      const player = new Player(the().directUrl("puppet", freshName()));
      player.ws.on("upgrade", () => setImmediate(() => player.ws.send(Uint8Array.of(2, i))));
      const first = await player.next();
      assert.ok(first[0] === ServerOp.Welcome || first[0] === ServerOp.Error);
      player.vanish();
    }
  });

  test("a frame sent together with the handshake does not crash the shard", async () => {
    const frame = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0x02]);
    const path = new URL(the().directUrl("puppet", freshName())).pathname;
    await cutOff(the().port, Buffer.concat([Buffer.from(upgrade(path)), frame, frame]));
    await (await the().join("puppet")).leave();
  });

  test("without the subprotocol the handshake is refused with 400", async () => {
    for (const protocols of [[], ["chat"], ["rockpool.v2"], ["Rockpool.V1"]]) {
      const answer = await refusedUpgrade(the(), "/v1/rooms/puppet/lobby", protocols);
      assert.deepEqual(answer, { status: 400, code: "bad-subprotocol" });
    }
  });

  test("the subprotocol may stand among others", async () => {
    const player = await the().join("puppet", freshName(), "", { protocols: ["chat", "rockpool.v1"] });
    assert.equal(player.ws.protocol, "rockpool.v1");
    await player.leave();
  });

  test("a handshake on another path is refused with 404", async () => {
    for (const path of ["/", "/v1/rooms", "/v1/rooms/puppet", "/v1/rooms/puppet/a/b", "/v2/rooms/puppet/a"]) {
      assert.equal((await refusedUpgrade(the(), path, ["rockpool.v1"])).status, 404, path);
    }
  });

  test("a malformed query gets 4011, and unknown parameters are ignored", async () => {
    for (const query of [
      "?seat=a&seat=b",
      "?seat=%zz",
      "?%zz=1",
      `?x=${"y".repeat(4100)}`,
      "?token=1&token=2",
    ]) {
      assert.equal(
        (await the().refusal("puppet", "lobby", query)).code,
        CloseCode.BadFrame,
        query.slice(0, 20),
      );
    }
    await (await the().join("puppet", freshName(), "?colour=red&colour=blue&=&&")).leave();
  });

  test("a malformed Host header is refused with 400", async () => {
    for (const host of ["a b", "<script>", "x".repeat(300), ""]) {
      const answer = await exchange(the().port, upgrade("/v1/rooms/puppet/lobby", { host }), {
        thenEnd: true,
      });
      assert.ok([0, 400].includes(statusOf(answer)), `${host.slice(0, 10)}: ${answer.slice(0, 60)}`);
    }
  });

  test("bytes that are no WebSocket frame end that connection alone", async () => {
    const bystander = await the().join("puppet");
    const player = await the().join("puppet");
    player.socket.write(Buffer.alloc(64, 0xff));
    await player.closed;
    await bystander.settled();
  });

  test("a handshake that is cut off half way leaves nothing", async () => {
    const whole = upgrade("/v1/rooms/puppet/half");
    for (const length of [1, 20, 100, whole.length - 2]) await cutOff(the().port, whole.slice(0, length));
    assert.ok(!(await the().admin.rooms("puppet")).some(({ room }) => room === "half"));
  });

  test("a player that goes away right after the handshake leaves an empty room", async () => {
    for (let i = 0; i < 20; i++) {
      const path = new URL(the().directUrl("puppet", `brief-${i}`)).pathname;
      await cutOff(the().port, upgrade(path));
    }
    await (await the().join("puppet")).leave();
  });

  test("no shard was lost to any of this", async () => {
    const { shards } = await the().admin.reading();
    assert.ok(shards.every(({ restarts }) => restarts === 0));
  });
});
