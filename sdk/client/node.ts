/** The entry for Node: everything, over `ws` where Node (before 22) has no WebSocket of its own. */

import { findOrCreate } from "./http.ts";
import type { CreateOrJoinOptions } from "./index.ts";
import type { ConnectOptions } from "./options.ts";
import { Room } from "./room.ts";
import type { SocketConstructor } from "./socket.ts";

export * from "./index.ts";

const NodeSocket = (globalThis.WebSocket ?? (await import("ws")).WebSocket) as unknown as SocketConstructor;

/** Joins a room; see `connect` of the browser entry. @throws ClientError `invalid-option` */
export function connect(options: ConnectOptions): Room {
  return new Room(options, NodeSocket);
}

/** Joins a room that fits, or makes one; see `createOrJoin` of the browser entry. */
export async function createOrJoin(options: CreateOrJoinOptions): Promise<Room> {
  const { room, url, seat } = await findOrCreate(options);
  return connect({ ...options, room, seat, via: url });
}
