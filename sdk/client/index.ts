/** The entry for browsers: everything, over the platform's own WebSocket. */
import { type FindOptions, findOrCreate } from "./http.ts";
import type { ConnectOptions } from "./options.ts";
import { Room } from "./room.ts";
import type { SocketConstructor } from "./socket.ts";

export { CloseCode, type Welcome } from "@rockpool/protocol";
export { ClientError, type ClientErrorCode } from "./errors.ts";
export {
  call,
  type FindOptions,
  findOrCreate,
  type ListedRoom,
  listRooms,
  type NodeOptions,
  type Reservation,
} from "./http.ts";
export type { ConnectOptions } from "./options.ts";
export type { QueueOutcome } from "./queue.ts";
export { Reader } from "./reader.ts";
export type { Room } from "./room.ts";
export type { RoomEvents, RoomState, SendOutcome } from "./roomEvents.ts";
export type { Rejoining, Resumption, Seat } from "./seat.ts";
export { Writer } from "./writer.ts";

/** What {@link createOrJoin} takes: how to find the room, and how to connect to it. */
export type CreateOrJoinOptions = FindOptions & Omit<ConnectOptions, "room" | "seat" | "via">;

/**
 * Joins a room. The connection is made and kept up in the background: listen to the room's events, or await
 * `room.ready`.
 *
 * @throws ClientError `invalid-option`
 */
export function connect(options: ConnectOptions): Room {
  return new Room(options, WebSocket as SocketConstructor);
}

/** Joins a room that fits `criteria`, making one with `config` if there is none. Rejects with ClientError `http`. */
export async function createOrJoin(options: CreateOrJoinOptions): Promise<Room> {
  const { room, url, seat } = await findOrCreate(options);
  return connect({ ...options, room, seat, via: url });
}
