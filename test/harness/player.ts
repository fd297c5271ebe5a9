/** A player's side of the wire, byte for byte; what clients make of it is the SDK's business, and its tests'. */
import type { Socket } from "node:net";
import { ClientOp, ServerOp, SUBPROTOCOL, type Welcome } from "@rockpool/protocol";
import { type ClientOptions, WebSocket } from "ws";
import type { Script } from "./script.ts";
import { within } from "./until.ts";

export interface Closed {
  code: number;
  reason: string;
}

export interface PlayerOptions extends ClientOptions {
  protocols?: string[];
}

export class Player {
  readonly url: string;
  readonly ws: WebSocket;
  /** Set by {@link welcomed}. */
  welcome!: Welcome;
  /** How many of its DATA frames the node says are taken in. */
  acknowledged = 0;
  readonly #closed: Promise<Closed>;
  readonly #frames: Buffer[] = [];
  readonly #waiting: ((frame: Buffer | null) => void)[] = [];
  #over = false;

  constructor(url: string, { protocols = [SUBPROTOCOL], ...options }: PlayerOptions = {}) {
    this.url = url;
    this.ws = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
    this.ws.on("message", (data: Buffer) => {
      // They come when the node sees fit, between frames that a test waits for.
      if (data[0] === ServerOp.Ack) {
        this.acknowledged = data.readUInt32LE(1);
        this.ws.emit("acknowledged");
        return;
      }
      const waiting = this.#waiting.shift();
      if (waiting) waiting(data);
      else this.#frames.push(data);
    });
    // Every error is followed by a close, which is what tests look at.
    this.ws.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      this.ws.on("close", (code, reason) => {
        this.#over = true;
        for (const waiting of this.#waiting.splice(0)) waiting(null);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  get id(): number {
    return this.welcome.player;
  }

  get closed(): Promise<Closed> {
    return within("a close", this.#closed);
  }

  /** The next frame; rejects when the connection closes first. */
  async next(): Promise<Buffer> {
    const frame = await this.#nextOrNull();
    if (frame !== null) return frame;
    const { code, reason } = await this.closed;
    throw new Error(`closed with ${code} ${reason}`);
  }

  /** The next frame's opcode and JSON. */
  async nextJson<T>(): Promise<{ op: number; json: T }> {
    const frame = await this.next();
    return { op: frame[0]!, json: JSON.parse(frame.subarray(1).toString()) as T };
  }

  /** The payload of the next frame, which must be DATA. */
  async nextData(): Promise<Buffer> {
    const frame = await this.next();
    if (frame[0] === ServerOp.Data) return frame.subarray(1);
    throw new Error(`a frame 0x${frame[0]?.toString(16)} instead of DATA: ${frame.subarray(1)}`);
  }

  async nextText(): Promise<string> {
    return (await this.nextData()).toString();
  }

  /** Resolves with the first text that fits, forgetting those before it. */
  async textThat(fits: (text: string) => boolean): Promise<string> {
    for (;;) {
      const text = await this.nextText();
      if (fits(text)) return text;
    }
  }

  /** Every frame that still came, and how it ended. */
  async rest(): Promise<{ frames: Buffer[]; closed: Closed }> {
    const frames: Buffer[] = [];
    for (;;) {
      const frame = await this.#nextOrNull();
      if (frame === null) return { frames, closed: await this.closed };
      frames.push(frame);
    }
  }

  /** Frames that have arrived and were not asked for. */
  get unread(): number {
    return this.#frames.length;
  }

  async welcomed(): Promise<this> {
    const { op, json } = await this.nextJson<Welcome>();
    if (op !== ServerOp.Welcome) throw new Error(`a frame 0x${op.toString(16)} instead of WELCOME`);
    this.welcome = json;
    return this;
  }

  send(payload: Uint8Array | string): void {
    this.frame(Buffer.concat([Uint8Array.of(ClientOp.Data), Buffer.from(payload)]));
  }

  /** Has the fixture `puppet` do something. */
  play(script: Script): void {
    this.send(script.bytes);
  }

  /** Plays a script and returns the first DATA that comes. */
  ask(script: Script): Promise<string> {
    this.play(script);
    return this.nextText();
  }

  frame(bytes: Uint8Array): void {
    this.ws.send(bytes);
  }

  /** Resolves when the node has read everything sent so far. */
  async settled(): Promise<void> {
    this.frame(Uint8Array.of(ClientOp.Ping, 1));
    const kept: Buffer[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame[0] === ServerOp.Pong) break;
      kept.push(frame);
    }
    this.#frames.unshift(...kept);
  }

  /** LEAVE, and waits for the close. */
  async leave(): Promise<Closed> {
    this.frame(Uint8Array.of(ClientOp.Leave));
    return this.closed;
  }

  /** Ends the connection without a word. */
  vanish(): void {
    this.ws.terminate();
  }

  /** Stops reading, so that what is sent piles up. The library has no public way to leave bytes in the kernel. */
  stopReading(): void {
    this.socket.pause();
  }

  readAgain(): void {
    this.socket.resume();
  }

  get socket(): Socket {
    return (this.ws as unknown as { _socket: Socket })._socket;
  }

  #nextOrNull(): Promise<Buffer | null> {
    const queued = this.#frames.shift();
    if (queued) return Promise.resolve(queued);
    if (this.#over) return Promise.resolve(null);
    const frame = new Promise<Buffer | null>((resolve) => this.#waiting.push(resolve));
    return within("a frame", frame);
  }
}
