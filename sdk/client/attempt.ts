/**
 * One WebSocket connection, from the constructor to its end, turned into calls of a handler. After `abandon`
 * or `closed` the handler hears nothing more, so whatever a dying socket still delivers cannot disturb the
 * connection that took its place.
 */
import { SUBPROTOCOL } from "@rockpool/protocol";
import type { Socket, SocketConstructor } from "./socket.ts";

export interface AttemptHandler {
  /** A frame of the node; payload without the opcode, a view that the receiver may keep. */
  frame(opcode: number, payload: Uint8Array): void;
  /** A text or empty frame, which the protocol does not know. */
  malformed(what: string): void;
  /** The connection is gone; 1006 where no close frame came. */
  closed(code: number, reason: string): void;
}

export class Attempt {
  readonly #socket: Socket;
  #handler: AttemptHandler | null;

  /** @throws what the platform's WebSocket throws for a URL that it refuses (such as ws: from an https: page) */
  constructor(WebSocket: SocketConstructor, url: string, handler: AttemptHandler) {
    this.#handler = handler;
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(data);
    // A close event follows every error event and carries all that is known.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => {
      const current = this.#handler;
      this.#handler = null;
      current?.closed(code, reason);
    };
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(frame);
  }

  /** Ends the connection without waiting for the other side: a dead network would never answer. */
  abandon(): void {
    this.#handler = null;
    this.#socket.close(1000);
  }

  #receive(data: unknown): void {
    if (data instanceof ArrayBuffer && data.byteLength > 0) {
      const frame = new Uint8Array(data);
      this.#handler?.frame(frame[0]!, frame.subarray(1));
    } else this.#handler?.malformed("a text or an empty frame");
  }
}

/** What a node says as JSON; null when it is not a JSON object. */
export function readJson<Shape>(payload: Uint8Array): Partial<Shape> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null; // The caller reports what could not be read.
  }
}
