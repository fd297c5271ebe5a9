/** What the tests of a room share: a client of a fake server, and a way to await its events. */
import type { TestContext } from "node:test";
import { FakeServer } from "./fakeserver.ts";
import { type ConnectOptions, connect, type Room, type RoomEvents } from "./node.ts";

export const bytes = (...values: number[]) => Uint8Array.from(values);

/** A client of `server` with short delays, closed when the test ends. */
export function join(context: TestContext, server: FakeServer, options: Partial<ConnectOptions> = {}): Room {
  const room = connect({
    url: server.url,
    function: "arena",
    room: "lobby",
    pingInterval: 0,
    backoff: { min: 1, max: 4 },
    ...options,
  });
  context.after(() => room.leave());
  return room;
}

/** A client that is in its room, with both ends of its connection. */
export async function joined(context: TestContext, options: Partial<ConnectOptions> = {}) {
  const server = await FakeServer.start(context);
  const room = join(context, server, options);
  const connection = await server.connection();
  connection.welcome();
  await room.ready;
  return { server, room, connection };
}

/** The same with a seat that can be resumed; its token is "t1". */
export async function seated(context: TestContext, options: Partial<ConnectOptions> = {}) {
  const server = await FakeServer.start(context);
  const room = join(context, server, options);
  const connection = await server.connection();
  connection.seated();
  await room.ready;
  return { server, room, connection };
}

/** The next event of a kind. */
export function next<Name extends keyof RoomEvents>(room: Room, name: Name): Promise<RoomEvents[Name]> {
  return new Promise((resolve) => room.once(name, resolve));
}

/** Resolves at the `count`-th message from now. */
export function messages(room: Room, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const off = room.on("message", () => {
      if (--left > 0) return;
      off();
      resolve();
    });
  });
}
