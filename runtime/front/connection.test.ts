import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerOp } from "@rockpool/protocol";
import { startFront, TRANSPORTS } from "./testing/frontUnderTest.ts";
import { enter, Player } from "./testing/player.ts";
import { MAX_MESSAGE_BYTES } from "./transport.ts";

for (const transport of TRANSPORTS) {
  test(`over ${transport}, DATA reaches the seat and its answer comes back`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.send(0x01, 7, 8, 9);
    assert.deepEqual([...(await player.next())], [ServerOp.Data, 7, 8, 9]);
  });

  test(`over ${transport}, DATA may be empty and as long as the function allows`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.send(0x01);
    assert.deepEqual([...(await player.next())], [ServerOp.Data]);
    const longest = Buffer.alloc(running.lobby.frameBytes, 1);
    player.ws.send(longest);
    assert.equal((await player.next()).length, longest.length);
  });

  test(`over ${transport}, a fragmented message arrives whole`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.ws.send(Buffer.from([0x01, 1, 2]), { fin: false });
    player.ws.send(Buffer.from([3]), { fin: true });
    assert.deepEqual([...(await player.next())], [ServerOp.Data, 1, 2, 3]);
  });

  test(`over ${transport}, PING is echoed in PONG, with 0 to 8 bytes`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.send(0x02);
    assert.deepEqual([...(await player.next())], [ServerOp.Pong]);
    player.send(0x02, 1, 2, 3, 4, 5, 6, 7, 8);
    assert.deepEqual([...(await player.next())], [ServerOp.Pong, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test(`over ${transport}, ACK of what was sent is taken without an answer`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.send(0x01);
    await player.next();
    player.send(0x04, 1, 0, 0, 0);
    player.send(0x02, 5);
    assert.deepEqual([...(await player.next())], [ServerOp.Pong, 5]);
  });

  test(`over ${transport}, ACK of what was never sent closes with 4011`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.send(0x04, 1, 0, 0, 0);
    assert.equal((await player.closed).code, 4011);
  });

  test(`over ${transport}, LEAVE gives the seat up and closes with 4000`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.send(0x03);
    assert.equal((await player.closed).code, 4000);
    assert.equal(running.lobby.count("leave"), 1);
    assert.equal(running.lobby.count("lost"), 0);
  });

  const bad: [what: string, frame: Buffer | string][] = [
    ["an unknown opcode", Buffer.of(0x7f)],
    ["a server's opcode", Buffer.of(0x80)],
    ["opcode zero", Buffer.of(0)],
    ["an empty frame", Buffer.alloc(0)],
    ["a text frame", "hello"],
    ["an empty text frame", ""],
    ["a PING of 9 bytes", Buffer.alloc(10, 0x02)],
    ["a LEAVE with a payload", Buffer.of(0x03, 1)],
    ["an ACK of 3 bytes", Buffer.of(0x04, 1, 2, 3)],
    ["an ACK of 5 bytes", Buffer.of(0x04, 1, 2, 3, 4, 5)],
    ["a frame one byte too long", Buffer.alloc(1025, 1)],
    ["a frame of a megabyte", Buffer.alloc(1_048_576, 1)],
  ];
  for (const [what, frame] of bad) {
    test(`over ${transport}, ${what} gets ERROR and 4011, and the seat is lost once`, async () => {
      await using running = await startFront(transport);
      const player = await enter(running.ports.port);
      player.ws.send(frame);
      const { op, json } = await player.nextJson();
      assert.equal(op, ServerOp.Error);
      assert.equal(json.code, 4011);
      const closed = await player.closed;
      assert.equal(closed.code, 4011);
      assert.equal(closed.reason, json.message);
      await running.lobby.told("lost");
      assert.equal(running.lobby.count("lost"), 1);
    });
  }

  test(`over ${transport}, frames after a bad one are ignored`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.send(0x7f);
    for (let i = 0; i < 10; i++) player.send(0x01, i);
    await player.closed;
    assert.equal(running.lobby.seats[0]!.received, 0);
  });

  test(`over ${transport}, a burst of twice the rate passes, and far more gets 4008`, async () => {
    await using running = await startFront(transport);
    running.lobby.messageRate = 20;
    const player = await enter(running.ports.port);
    for (let i = 0; i < 40; i++) player.send(0x01, i);
    for (let i = 0; i < 40; i++) assert.deepEqual([...(await player.next())], [ServerOp.Data, i]);
    for (let i = 0; i < 400; i++) player.send(0x01, i);
    assert.equal((await player.closed).code, 4008);
  });

  test(`over ${transport}, PINGs count against the rate`, async () => {
    await using running = await startFront(transport);
    running.lobby.messageRate = 1;
    const player = await enter(running.ports.port);
    for (let i = 0; i < 40; i++) player.send(0x02, i);
    assert.equal((await player.closed).code, 4008);
  });

  test(`over ${transport}, a reader that falls behind gets 4009 once it reads again`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    const seat = running.lobby.seats[0]!;
    player.stopReading();
    fill(seat.link);
    player.readAgain();
    assert.equal((await player.closed).code, 4009);
    await running.lobby.told("lost");
  });

  test(`over ${transport}, a reader that never reads again is cut off`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.stopReading();
    fill(running.lobby.seats[0]!.link);
    await running.lobby.told("lost");
    while (running.front.connections > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    player.ws.terminate();
  });

  test(`over ${transport}, a message of the game too long for a close frame is shortened there only`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    const message = "é".repeat(100);
    running.lobby.seats[0]!.link.close(4014, message);
    assert.equal((await player.nextJson()).json.message, message);
    assert.deepEqual(await player.closed, { code: 4014, reason: "é".repeat(61) });
  });

  test(`over ${transport}, sends and closes of the room after a close are ignored`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    const { link } = running.lobby.seats[0]!;
    link.close(4002, "room ended");
    assert.equal(link.open, false);
    link.close(4003, "again");
    link.send(Uint8Array.of(0x81));
    assert.equal((await player.closed).code, 4002);
    link.send(Uint8Array.of(0x81));
    assert.equal(running.counters.closes["4002"], 1);
    assert.equal(running.counters.closes["4003"], undefined);
  });

  test(`over ${transport}, a seat hears lost only after the room's own call returned`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    running.lobby.seats[0]!.link.close(4014, "kicked");
    assert.equal(running.lobby.count("lost"), 0);
    await running.lobby.told("lost");
    assert.equal((await player.closed).code, 4014);
  });

  test(`over ${transport}, a player that goes away is lost, counted under its own code`, async () => {
    await using running = await startFront(transport);
    const player = await enter(running.ports.port);
    player.ws.close(1000);
    await running.lobby.told("lost");
    await player.closed;
    assert.equal(running.counters.closes["1000"], 1);
    const rude = await enter(running.ports.port);
    rude.ws.close(4999);
    await rude.closed;
    assert.equal(running.counters.closes.other, 1);
  });

  test(`over ${transport}, frames and bytes are counted both ways`, async () => {
    await using running = await startFront(transport);
    const player = new Player(`ws://127.0.0.1:${running.ports.port}/v1/rooms/echo/lobby`);
    const welcome = await player.next();
    player.send(0x01, 1, 2);
    await player.next();
    const { messagesIn, messagesOut, bytesIn, bytesOut, connectionsOpened } = running.counters;
    assert.deepEqual(
      { messagesIn, messagesOut, bytesIn, bytesOut, connectionsOpened },
      { messagesIn: 1, messagesOut: 2, bytesIn: 3, bytesOut: welcome.length + 3, connectionsOpened: 1 },
    );
  });

  test(`over ${transport}, a message past the library's own bound ends only that connection`, async () => {
    await using running = await startFront(transport);
    const bystander = await enter(running.ports.port);
    const player = await enter(running.ports.port);
    player.ws.send(Buffer.alloc(MAX_MESSAGE_BYTES + 1, 1));
    assert.match(String((await player.closed).code), /^(1006|1009)$/);
    await running.lobby.told("lost");
    bystander.send(0x02, 1);
    assert.equal((await bystander.next())[0], ServerOp.Pong);
  });

  test(`over ${transport}, bytes that are no WebSocket frame end only that connection`, async () => {
    await using running = await startFront(transport);
    const bystander = await enter(running.ports.port);
    const player = await enter(running.ports.port);
    (player.ws as unknown as { _socket: import("node:net").Socket })._socket.write(Buffer.alloc(64, 0xff));
    await player.closed;
    bystander.send(0x02, 1);
    assert.equal((await bystander.next())[0], ServerOp.Pong);
  });
}

/** Sends until the link closes itself: past the kernel's buffers and then the cap. */
function fill(link: { open: boolean; send(frame: Uint8Array): void }): void {
  const frame = new Uint8Array(65_536);
  frame[0] = ServerOp.Data;
  for (let i = 0; i < 10_000 && link.open; i++) link.send(frame);
  assert.equal(link.open, false);
}
