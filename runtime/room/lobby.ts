/**
 * What the front may ask of the rooms behind it. `Rooms` (rooms.ts) is the implementation; the front knows
 * only this, so that the socket side can be read and tested without a guest.
 */
import type { CloseCode } from "@rockpool/protocol";
import type { PlayerLink } from "./link.ts";
import type { RoomSummary } from "./summary.ts";

/** What a client that lost its connection shows. */
export interface ResumeRequest {
  token: string;
  /** DATA frames of the seat that it has received, under its epoch. */
  received: number;
  epoch: number;
}

export interface EnterRequest {
  function: string;
  room: string;
  /** Remote address, for the cap on rooms an address makes. */
  address: string;
  /** A reservation's token (`seat` in the URL), or null. */
  seat: string | null;
  /** The seat that the client wants back, or null when it joins anew. */
  resume: ResumeRequest | null;
  /** Base URLs of all shards as this client sees them, for WELCOME; empty when there is one shard. */
  shardUrls: readonly string[];
}

/** A player's seat in a room, as its connection sees it. After `leave` or `lost` every call is ignored. */
export interface Seat {
  readonly player: number;
  /** Frames a second the function allows, and bytes a frame: enforced by the front, before the room. */
  readonly messageRate: number;
  readonly frameBytes: number;
  /** Gives a whole DATA frame to the game, opcode included; the bytes are only valid during the call. */
  receive(frame: Uint8Array): void;
  /** LEAVE: the player goes for good. */
  leave(): void;
  /** This connection is gone; the seat may have another by then. */
  lost(link: PlayerLink): void;
  /** ACK: the client has received so many DATA frames of this seat. False when it cannot have. */
  acknowledge(count: number): boolean;
}

export type EnterOutcome =
  | {
      entered: true;
      seat: Seat;
      /** Frames that the client may send at once, beyond its rate: those that a resume made it send again. */
      again: number;
    }
  | { entered: false; code: CloseCode; message: string };

/** What a shard was asked to find or reserve. */
export interface FindRequest {
  function: string;
  /** Every pair must equal the room's listing. */
  criteria: [string, string][];
}

export interface Reservation {
  room: string;
  shard: number;
  /** One-time token for the `seat` query parameter; valid for 15 s. */
  seat: string;
}

export interface CreateRequest extends FindRequest {
  address: string;
  /** Bytes for the game's `create`. */
  config: Uint8Array;
}

export type CreateOutcome =
  | { created: true; reservation: Reservation; isNew: boolean }
  | { created: false; code: CloseCode; message: string };

export interface Lobby {
  /**
   * Takes a seat, making the room if its manifest allows, and sends WELCOME through the link before anything
   * that the game sends. Synchronous when the image is warm; a promise when it must be loaded first.
   */
  enter(request: EnterRequest, link: PlayerLink): EnterOutcome | Promise<EnterOutcome>;
  /** POST /v1/rooms/{function}: a seat in a room that fits, here or on another shard, else in a new one here. */
  findOrCreate(request: CreateRequest): Promise<CreateOutcome>;
  /** Rooms of a function on the whole node; null when there is no such function. */
  list(functionName: string): Promise<RoomSummary[] | null>;
}
