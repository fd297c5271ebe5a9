/**
 * A WebSocket client over a plain TCP socket: the handshake, whole frames, nothing else. It costs a fraction of what a
 * full library does, so what is measured through it is mostly the server; a slow client would make every ratio
 * of two servers look better than it is.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

export interface WebSocketEvents {
  /** The handshake is done. */
  opened(): void;
  /** One message; the bytes are only valid during the call. */
  message(payload: Buffer): void;
  /** The connection is gone, and why. */
  closed(reason: string): void;
}

const NOBODY: WebSocketEvents = { opened() {}, message() {}, closed() {} };
const HEAD_END = Buffer.from("\r\n\r\n");
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const FINAL = 0x80;
const MASKED = 0x80;
const SHORT_PAYLOAD = 125;

/** A masked frame of at most 125 bytes, ready to be written, and to be written again (RFC 6455, 5.2). */
export function frameOf(payload: Uint8Array, opcode = BINARY): Buffer {
  if (payload.length > SHORT_PAYLOAD)
    throw new RangeError(`a bench message has at most ${SHORT_PAYLOAD} bytes`);
  const mask = randomBytes(4);
  const frame = Buffer.alloc(6 + payload.length);
  frame[0] = FINAL | opcode;
  frame[1] = MASKED | payload.length;
  mask.copy(frame, 2);
  for (let i = 0; i < payload.length; i++) frame[6 + i] = payload[i]! ^ mask[i & 3]!;
  return frame;
}

export class WebSocketClient {
  readonly #socket: Socket;
  #events: WebSocketEvents;
  #isOpen = false;
  #rest: Buffer | null = null;
  #reason = "cut off";

  /** @param url `ws://host:port/path` */
  constructor(url: string, protocol: string, events: WebSocketEvents) {
    const { hostname, port, host, pathname, search } = new URL(url);
    this.#events = events;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
    this.#socket.on("data", (chunk) => this.#receive(chunk));
    this.#socket.on("error", (error) => {
      this.#reason = error.message;
    });
    this.#socket.on("close", () => this.#events.closed(this.#reason));
  }

  /** Writes frames made by {@link frameOf}, one or several. */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Closes with a normal close frame; `closed` follows. */
  close(): void {
    this.#socket.end(frameOf(Uint8Array.of(0x03, 0xe8), CLOSE));
  }

  /** Closes, and hears nothing more. */
  abandon(): void {
    this.#events = NOBODY;
    this.close();
  }

  #receive(chunk: Buffer): void {
    let bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    if (!this.#isOpen) {
      const end = bytes.indexOf(HEAD_END);
      if (end < 0) {
        this.#rest = bytes;
        return;
      }
      const status = bytes.toString("latin1", 0, bytes.indexOf("\r"));
      if (!status.startsWith("HTTP/1.1 101")) {
        this.#fail(status);
        return;
      }
      this.#isOpen = true;
      this.#events.opened();
      bytes = bytes.subarray(end + HEAD_END.length);
    }
    this.#frames(bytes);
  }

  #frames(bytes: Buffer): void {
    let at = 0;
    while (bytes.length - at >= 2) {
      let length = bytes[at + 1]! & 0x7f;
      let head = 2;
      if (length === 126) {
        if (bytes.length - at < 4) break;
        length = bytes.readUInt16BE(at + 2);
        head = 4;
      } else if (length === 127) {
        this.#fail("the server sent a frame of more than 64 KiB");
        return;
      }
      const end = at + head + length;
      if (end > bytes.length) break;
      this.#frame(bytes[at]! & 0x0f, bytes.subarray(at + head, end));
      at = end;
    }
    if (at < bytes.length) this.#rest = bytes.subarray(at);
  }

  #frame(opcode: number, payload: Buffer): void {
    if (opcode === BINARY) this.#events.message(payload);
    else if (opcode === PING) this.#socket.write(frameOf(payload, 0xa));
    else if (opcode === CLOSE) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#reason = `closed with ${code} ${payload.toString("utf8", 2)}`.trimEnd();
      this.#socket.end();
    }
  }

  #fail(reason: string): void {
    this.#reason = reason;
    this.#socket.destroy();
  }
}
