/**
 * One player's connection: joins, follows MOVED, and hands over frames. It never reconnects, because a load test
 * wants to see a lost connection. The client SDK is not used here: its queues and retries would hide what is to
 * be measured.
 */
import {
  ACK_INTERVAL_MS,
  ClientOp,
  type Moved,
  ServerOp,
  SUBPROTOCOL,
  type Welcome,
  type WireError,
} from "@rockpool/protocol";
import WebSocket from "ws";
import { monotonicMs } from "./schedule.ts";

export interface ConnectionEvents {
  /** WELCOME has come. */
  joined(): void;
  pong(payload: Buffer): void;
  data(payload: Buffer): void;
  /** Bytes of any frame, opcode included. */
  received(bytes: number): void;
  /** Once, at the end; `code` as in {@link LoadErrorCount}. */
  closed(code: number, reason: string): void;
}

const MAX_MOVES = 3;
/** A send is given up while this much is still unsent: the server has stopped reading. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

/** `send` copies it. */
const ack = Buffer.of(ClientOp.Ack, 0, 0, 0, 0);

export class PlayerConnection {
  readonly #events: ConnectionEvents;
  readonly #url: string;
  #socket: WebSocket;
  #moves = 0;
  #joined = false;
  #closed = false;
  /** DATA frames to acknowledge, or null where the node does not ask for it. */
  #dataFrames: number | null = null;
  #ackedAtMs = 0;
  /** What the server said in ERROR, or the client found wrong: more telling than the close frame. */
  #explanation: { code: number; reason: string } | null = null;

  constructor(url: string, events: ConnectionEvents) {
    this.#url = url;
    this.#events = events;
    this.#socket = this.#open(url);
  }

  get joined(): boolean {
    return this.#joined && !this.#closed;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends one whole frame; false when the server has stopped reading. The bytes are copied. */
  send(frame: Buffer): boolean {
    if (this.#socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
    this.#socket.send(frame);
    return true;
  }

  /** Leaves the room for good; `closed` follows. */
  leave(): void {
    if (this.joined) this.#socket.send(Buffer.of(ClientOp.Leave));
    else this.abandon(0, "stopped before it had joined");
  }

  /** Gives up at once, for `reason`. */
  abandon(code: number, reason: string): void {
    this.#explanation ??= { code, reason };
    this.#socket.terminate();
  }

  #open(url: string): WebSocket {
    const socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false, skipUTF8Validation: true });
    socket.on("message", (frame: Buffer, isBinary) => {
      if (socket === this.#socket) this.#receive(frame, isBinary);
    });
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      this.abandon(
        response.statusCode ?? 0,
        `HTTP ${response.statusCode} ${response.statusMessage ?? ""}`.trim(),
      );
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (socket === this.#socket) this.#explanation ??= { code: 0, reason: error.code ?? error.message };
    });
    socket.on("close", (code, reason) => {
      if (socket === this.#socket) this.#end(code, reason.toString("utf8"));
    });
    return socket;
  }

  #receive(frame: Buffer, isBinary: boolean): void {
    this.#events.received(frame.length);
    const opcode = isBinary ? frame[0] : undefined;
    if (opcode === ServerOp.Pong) this.#events.pong(frame.subarray(1));
    else if (opcode === ServerOp.Data) {
      this.#acknowledge();
      this.#events.data(frame.subarray(1));
    } else if (opcode === ServerOp.Moved) this.#follow(readJson<Moved>(frame)?.url);
    else if (opcode === ServerOp.Error) this.#explain(readJson<WireError>(frame));
    else if (opcode === ServerOp.Welcome) {
      this.#joined = true;
      if (readJson<Welcome>(frame)?.resume !== undefined) this.#dataFrames = 0;
      this.#events.joined();
    } else if (opcode !== ServerOp.Ack) {
      const what =
        opcode === undefined ? "a text or an empty frame" : `an unknown opcode 0x${opcode.toString(16)}`;
      this.abandon(0, `the server sent ${what}`);
    }
  }

  /** A frame that comes when an ACK is due is acknowledged with those before it; a timer would cost more than it tells. */
  #acknowledge(): void {
    if (this.#dataFrames === null) return;
    this.#dataFrames++;
    const nowMs = monotonicMs();
    if (nowMs - this.#ackedAtMs < ACK_INTERVAL_MS) return;
    this.#ackedAtMs = nowMs;
    ack.writeUInt32LE(this.#dataFrames, 1);
    this.send(ack);
  }

  #explain(error: WireError | undefined): void {
    if (error) this.#explanation = { code: error.code, reason: error.message };
  }

  /** Goes where the room is: on the same host, as safe as before, and not for ever in circles. */
  #follow(to: string | undefined): void {
    const target = to !== undefined && URL.canParse(to) ? new URL(to) : null;
    const from = new URL(this.#url);
    if (target === null) this.abandon(0, "the server sent MOVED without an address");
    else if (target.hostname !== from.hostname || target.protocol !== from.protocol) {
      this.abandon(0, `moved to another host, ${target.origin}, which is not followed`);
    } else if (++this.#moves > MAX_MOVES) this.abandon(0, `moved more than ${MAX_MOVES} times`);
    else {
      const old = this.#socket;
      this.#socket = this.#open(target.href);
      old.close();
    }
  }

  #end(code: number, reason: string): void {
    this.#closed = true;
    const explanation = this.#explanation ?? { code, reason };
    this.#events.closed(explanation.code, explanation.reason);
  }
}

/** The JSON after a frame's opcode; undefined when it is none. */
function readJson<T>(frame: Buffer): T | undefined {
  try {
    return JSON.parse(frame.toString("utf8", 1)) as T;
  } catch {
    return undefined;
  }
}
