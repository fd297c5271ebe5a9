/** One player of either server: joins, sends 32-byte messages, hears its echoes. */
import {
  ClientOp,
  type Moved,
  ServerOp,
  SUBPROTOCOL,
  type Welcome,
  type WireError,
} from "@rockpool/protocol";
import type { Endpoint, Routes } from "./endpoint.ts";
import { frameOf, WebSocketClient, type WebSocketEvents } from "./webSocket.ts";

/** Bytes of a message, without the opcode that the protocol of a node puts before it. */
const MESSAGE_BYTES = 32;

const message = Buffer.alloc(MESSAGE_BYTES, "rockpool");
const FRAMES = {
  bare: frameOf(message),
  rockpool: frameOf(Buffer.concat([Buffer.of(ClientOp.Data), message])),
};

export class Player implements WebSocketEvents {
  /** Redirects followed so far. */
  moves = 0;
  /** One message, ready for {@link write}. */
  readonly frame: Buffer;
  /** Called for each echo, or whatever else the server sends; the payload begins with the opcode, if there is one. */
  heard: (payload: Buffer) => void = () => {};
  /** Called when the connection is gone; without it, one that nobody closed is an error. */
  ended: (() => void) | null = null;
  readonly #endpoint: Endpoint;
  readonly #routes: Routes;
  #socket: WebSocketClient;
  #joined: { resolve(player: Player): void; reject(error: Error): void } | null = null;
  #error: WireError | null = null;
  #movedTo: string | null = null;

  private constructor(endpoint: Endpoint, room: string, routes: Routes) {
    this.#endpoint = endpoint;
    this.#routes = routes;
    this.frame = FRAMES[endpoint.dialect];
    this.#socket = new WebSocketClient(routes.url(room), SUBPROTOCOL, this);
  }

  /** Connects at once; resolves when messages may be sent. */
  static join(endpoint: Endpoint, room: string, routes: Routes): Promise<Player> {
    return new Promise((resolve, reject) => {
      new Player(endpoint, room, routes).#joined = { resolve, reject };
    });
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Sends one message; resolves with its echo. */
  async echo(): Promise<void> {
    await this.answer();
  }

  /** Sends one message; resolves with a copy of what the server sends next. */
  answer(): Promise<Buffer> {
    return new Promise((resolve) => {
      this.heard = (payload) => resolve(Buffer.from(payload));
      this.#socket.write(this.frame);
    });
  }

  /** Resolves when the connection is gone. */
  leave(): Promise<void> {
    return new Promise((resolve) => {
      this.ended = resolve;
      this.#socket.close();
    });
  }

  opened(): void {
    if (this.#endpoint.dialect === "bare") this.#join();
  }

  message(payload: Buffer): void {
    if (this.#endpoint.dialect === "bare" || payload[0] === ServerOp.Data) this.heard(payload);
    else if (payload[0] === ServerOp.Welcome) {
      this.#routes.learn(read<Welcome>(payload).shards);
      this.#join();
    } else if (payload[0] === ServerOp.Moved) this.#movedTo = read<Moved>(payload).url;
    else if (payload[0] === ServerOp.Error) this.#error = read<WireError>(payload);
    if (this.#movedTo !== null) this.#follow(this.#movedTo);
  }

  closed(reason: string): void {
    this.ended?.();
    const { code, message = reason } = this.#error ?? {};
    const error = new Error(code === undefined ? message : `${message} (${code})`);
    if (this.#joined !== null) this.#joined.reject(error);
    // Echoes that never come would otherwise look like a slow server.
    else if (this.ended === null) throw error;
  }

  #join(): void {
    this.#joined?.resolve(this);
    this.#joined = null;
  }

  /** Goes on at once: the client SDK does not wait for the close of the old connection either. */
  #follow(url: string): void {
    this.#movedTo = null;
    this.moves++;
    this.#socket.abandon();
    this.#socket = new WebSocketClient(url, SUBPROTOCOL, this);
  }
}

function read<Shape>(payload: Buffer): Shape {
  return JSON.parse(payload.toString("utf8", 1)) as Shape;
}
