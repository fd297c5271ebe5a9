import assert from "node:assert/strict";
import { test } from "node:test";
import { ACK_INTERVAL_MS, ClientOp, ServerOp } from "@rockpool/protocol";
import { Acknowledger } from "./ack.ts";
import { bytes, joined, next, seated } from "./room.fixture.ts";
import { readU32 } from "./u32.ts";

/** An acknowledger, and what it has sent and when. */
function acknowledging() {
  const sent: { count: number | null; at: number }[] = [];
  let heard = () => {};
  const acknowledger = new Acknowledger((frame) => {
    assert.equal(frame[0], ClientOp.Ack);
    sent.push({ count: readU32(frame.subarray(1)), at: performance.now() });
    heard();
  });
  const again = () =>
    new Promise<void>((resolve) => {
      heard = resolve;
    });
  return { acknowledger, sent, again };
}

test("the first frame is acknowledged at once, and those after it together", async () => {
  const { acknowledger, sent, again } = acknowledging();
  for (let count = 1; count <= 50; count++) acknowledger.received(count);
  await again();
  assert.deepEqual(
    sent.map(({ count }) => count),
    [1, 50],
  );
});

test("there is never less than the interval between two acknowledgements", async () => {
  const { acknowledger, sent } = acknowledging();
  for (let count = 1; sent.length < 4; count++) {
    acknowledger.received(count);
    await new Promise((resolve) => setImmediate(resolve));
  }
  sent.slice(1).forEach(({ at }, i) => {
    assert.ok(at - sent[i]!.at >= ACK_INTERVAL_MS, `${at - sent[i]!.at} ms`);
  });
});

test("nothing is acknowledged after the connection is over", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { acknowledger, sent } = acknowledging();
  acknowledger.received(1);
  acknowledger.received(2);
  acknowledger.stop();
  context.mock.timers.tick(10 * ACK_INTERVAL_MS);
  assert.equal(sent.length, 1);
});

test("with nothing new, nothing is acknowledged again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { acknowledger, sent } = acknowledging();
  acknowledger.received(1);
  acknowledger.received(2);
  context.mock.timers.tick(10 * ACK_INTERVAL_MS);
  assert.equal(sent.length, 2);
});

test("a room acknowledges the DATA of a seat that can be resumed", async (context) => {
  const { room, connection } = await seated(context);
  connection.send(ServerOp.Data, bytes(9));
  await next(room, "message");
  assert.deepEqual(await connection.frame(), bytes(ClientOp.Ack, 1, 0, 0, 0));
});

test("a room acknowledges nothing to a node that keeps no seats", async (context) => {
  const { room, connection } = await joined(context);
  connection.send(ServerOp.Data, bytes(9));
  await next(room, "message");
  await connection.settled();
  assert.equal(connection.unread, 0);
});

test("what the node acknowledged makes room for more", async (context) => {
  const { room, connection } = await seated(context, { queuedMessages: 2 });
  assert.equal(room.send(bytes(1)), "sent");
  assert.equal(room.send(bytes(2)), "sent");
  connection.ack(2);
  connection.send(ServerOp.Data);
  await next(room, "message");
  assert.equal(room.send(bytes(3)), "sent");
  assert.equal(room.send(bytes(4)), "sent");
  assert.equal(room.send(bytes(5)), "displaced");
});
