/**
 * The wire: everything a client and a node must agree on byte for byte. The prose with examples is
 * docs/protocol.md; a test holds the two together. Frames are binary: one opcode byte, then the payload.
 */

/** The WebSocket subprotocol, and so the version of everything in this file. */
export const SUBPROTOCOL = "rockpool.v1";

/** First byte of a frame sent by a client. */
export const ClientOp = {
  /** Bytes for the function. */
  Data: 0x01,
  /** Up to 8 bytes, echoed in a Pong. */
  Ping: 0x02,
  /** No payload: leave the room for good. */
  Leave: 0x03,
  /** u32 LE: how many Data frames of this seat the client has received. */
  Ack: 0x04,
} as const;

/** First byte of a frame sent by a node. */
export const ServerOp = {
  /** UTF-8 JSON {@link Welcome}. The client sends nothing before it. */
  Welcome: 0x80,
  /** Bytes from the function. */
  Data: 0x81,
  /** The payload of the Ping that it answers. */
  Pong: 0x82,
  /** UTF-8 JSON {@link WireError}; a close with the same code follows. */
  Error: 0x83,
  /** UTF-8 JSON {@link Moved}; a close with 4013 follows and the client connects there. */
  Moved: 0x84,
  /** u32 LE: how many Data frames of this seat are taken in, and durable where the function journals. */
  Ack: 0x85,
} as const;

/** The largest payload of a Ping, in bytes. */
export const MAX_PING_BYTES = 8;

/** The most Data frames of a seat that either side counts; whoever would count one more ends the seat. */
export const MAX_COUNT = 0xffff_ffff;

/** Each side sends at most one Ack in this many milliseconds. */
export const ACK_INTERVAL_MS = 100;

/** Data frames that a client keeps until they are acknowledged, unless it is told otherwise. */
export const UNACKNOWLEDGED_FRAMES = 128;

/** WebSocket close codes, in the range that RFC 6455 leaves to applications. */
export const CloseCode = {
  Left: 4000,
  Draining: 4001,
  RoomEnded: 4002,
  RoomFailed: 4003,
  NotFound: 4004,
  Full: 4005,
  JoinRefused: 4006,
  Unauthorized: 4007,
  RateLimited: 4008,
  TooSlow: 4009,
  ResumeExpired: 4010,
  BadFrame: 4011,
  Replaced: 4012,
  Moved: 4013,
  Kicked: 4014,
  CreateRefused: 4015,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** What a close code means, for logs and error messages. */
export const CLOSE_MEANING: Readonly<Record<CloseCode, string>> = {
  4000: "left",
  4001: "node draining or shard away; reconnect",
  4002: "room ended",
  4003: "room failed",
  4004: "no such function or room",
  4005: "room full or locked",
  4006: "join refused by the game",
  4007: "unauthorized",
  4008: "rate limited",
  4009: "too slow: unread bytes over the limit",
  4010: "resume expired",
  4011: "bad frame",
  4012: "replaced by a newer connection",
  4013: "moved to another shard",
  4014: "kicked by the game",
  4015: "room creation refused by the game",
};

/**
 * Whether a client may connect again by itself after this close code (1006 and the like: yes). After
 * {@link CloseCode.ResumeExpired} that is a new join, since the seat is gone.
 */
export function mayReconnect(code: number): boolean {
  return (
    code < 4000 ||
    code > 4999 ||
    code === CloseCode.Draining ||
    code === CloseCode.ResumeExpired ||
    code === CloseCode.Moved
  );
}

/** The payload of {@link ServerOp.Welcome}. */
export interface Welcome {
  room: string;
  /** The player's id in its room. */
  player: number;
  /** What gets the seat back after a lost connection (`resume` in the URL); it changes with each WELCOME. */
  resume: string;
  /** Whether this is a seat that the player had before. */
  resumed: boolean;
  /**
   * How many Data frames of this seat the room has taken in: the client sends the later ones again, and lets go of
   * the others as after an {@link ServerOp.Ack}.
   */
  received: number;
  /** The number of the last Data frame of this seat before those that follow: where the client's count goes on. */
  sent: number;
  /** How often the room went back to an earlier durable state. */
  epoch: number;
  function: string;
  /** The digest of the function's component: `sha256:` and 64 hex digits. */
  version: string;
  /** Ticks a second; 0 when the room does not tick. */
  tickRate: number;
  /** The node's name, for support and latency displays. */
  node: string;
  /**
   * Base URLs of the node's shards in order, so that a client can go straight to the right one next time
   * (see {@link shardOfRoom}); absent when there is one shard.
   */
  shards?: string[];
  /**
   * How many of the Data frames that the client says it has received still stand, at most `sent`. Without it: the
   * lesser of the client's count and `sent`.
   */
  valid?: number;
}

/** The payload of {@link ServerOp.Error}. */
export interface WireError {
  code: CloseCode;
  message: string;
}

/** The payload of {@link ServerOp.Moved}. */
export interface Moved {
  /** Where the room is: a whole URL, path and query included. */
  url: string;
  /** The token that takes the seat there; without it a client uses the one it has. */
  resume?: string;
}
