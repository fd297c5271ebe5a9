/** What a room is given: what all rooms of a shard share, and how this one was made. */
import type { CloseCode } from "@rockpool/protocol";
import type { Guest } from "../instance/guest.ts";
import type { Logger } from "../telemetry/guestLog.ts";
import type { Acks } from "./acks.ts";
import type { Arrears } from "./arrears.ts";
import type { Clock } from "./clock.ts";
import type { Durability } from "./durable/durability.ts";
import type { RoomHistory } from "./durable/history.ts";
import type { RoomMeters } from "./meters.ts";
import type { Recorder } from "./recording/recorder.ts";
import type { Room } from "./room.ts";
import type { RoomState } from "./roomState.ts";
import type { PlayerSeat } from "./seat.ts";
import type { Turns } from "./turn.ts";

/** What all rooms of a shard share. */
export interface RoomSurroundings {
  readonly shard: number;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly acks: Acks;
  readonly durability: Durability;
  readonly recorder: Recorder;
  readonly meters: RoomMeters;
  readonly arrears: Arrears;
  readonly logger: Logger;
  /** Milliseconds of the shard's time for each tick of a room. */
  readonly tickShareMs: number;
}

/** How a room was made and what becomes of it. */
export interface RoomOrigin {
  /** A state in which nothing has happened, or that was restored. */
  readonly state: RoomState;
  readonly history: RoomHistory;
  /** Digest of the function's component. */
  readonly version: string;
  /** Key of the network address that made it. */
  readonly address: string;
  readonly guest: Guest;
  /** A pristine instance of the same image, for a rollback. */
  readonly claim: () => Guest;
  /** Takes back an instance that the room does not use any more. */
  readonly release: (guest: Guest) => void;
  /** Called once, when the room is over and its guest is released. */
  readonly onEnd: (room: Room) => void;
}

export type JoinOutcome =
  | { joined: true; seat: PlayerSeat }
  | { joined: false; code: CloseCode; message: string };

/**
 * Sends WELCOME to a seat's connection.
 * @param sent the number of the last DATA frame before those that follow.
 * @param valid how many of the frames that the client has received still stand.
 */
export type SendWelcome = (seat: PlayerSeat, sent: number, valid: number) => void;
