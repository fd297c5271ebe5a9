/** What a room tells: its states, its events, and what becomes of a message. */
import type { Welcome } from "@rockpool/protocol";
import type { ClientError } from "./errors.ts";
import type { QueueOutcome } from "./queue.ts";
import type { Rejoining, Resumption } from "./seat.ts";

export type RoomState = "connecting" | "open" | "reconnecting" | "closed";

/** `closed`: the room is closed and nothing was sent. Else see {@link QueueOutcome}. */
export type SendOutcome = "closed" | QueueOutcome;

export interface RoomEvents {
  /** Each WELCOME, the first and those after a reconnect. */
  welcome: Welcome;
  /** After the WELCOME of a reconnect: the same player goes on; `away` are the milliseconds without a connection. */
  resumed: Resumption & { away: number };
  /** After the WELCOME of a reconnect: the seat is gone, and the player joined anew, under a new id. */
  rejoined: Rejoining;
  /** Bytes from the function; a view that the listener may keep. */
  message: Uint8Array;
  /** Milliseconds of a round trip, about every `pingInterval`. */
  latency: number;
  /** The connection was lost; attempt number `attempt` follows in `delay` milliseconds. */
  reconnecting: { attempt: number; delay: number; code: number; reason: string };
  /** Why a `close` follows, where it is not the game's ordinary end. */
  error: ClientError;
  /** The end; no event follows. */
  close: { code: number; reason: string };
}
