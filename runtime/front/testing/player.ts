/** A player's side of the wire, as bare as possible: the tests speak frames, not an SDK. */
import type { Socket } from "node:net";
import { type ClientOptions, WebSocket } from "ws";

export interface Closed {
  code: number;
  reason: string;
}

export class Player {
  readonly ws: WebSocket;
  readonly closed: Promise<Closed>;
  readonly #frames: Buffer[] = [];
  readonly #waiting: ((frame: Buffer | null) => void)[] = [];
  #over = false;

  constructor(url: string, options: ClientOptions = {}, protocols: string[] = ["rockpool.v1"]) {
    this.ws = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
    this.ws.on("message", (data: Buffer) => {
      const waiting = this.#waiting.shift();
      if (waiting) waiting(data);
      else this.#frames.push(data);
    });
    // Every error is followed by a close, which is what tests look at.
    this.ws.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.ws.on("close", (code, reason) => {
        this.#over = true;
        for (const waiting of this.#waiting.splice(0)) waiting(null);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** The next frame, or an error when the connection closes first. */
  async next(): Promise<Buffer> {
    const queued = this.#frames.shift();
    if (queued) return queued;
    const frame = this.#over
      ? null
      : await new Promise<Buffer | null>((resolve) => this.#waiting.push(resolve));
    if (frame === null) {
      const { code, reason } = await this.closed;
      throw new Error(`closed with ${code} ${reason}`);
    }
    return frame;
  }

  /** The next frame's opcode and JSON. */
  async nextJson(): Promise<{ op: number; json: Record<string, unknown> }> {
    const frame = await this.next();
    return { op: frame[0]!, json: JSON.parse(frame.subarray(1).toString()) };
  }

  send(...bytes: number[]): void {
    this.ws.send(Buffer.from(bytes));
  }

  /** Stops reading, so that what is sent piles up. */
  stopReading(): void {
    this.#socket().pause();
  }

  readAgain(): void {
    this.#socket().resume();
  }

  /** The library has no public way to leave bytes unread in the kernel. */
  #socket(): Socket {
    return (this.ws as unknown as { _socket: Socket })._socket;
  }
}

/** Connects and waits for WELCOME. */
export async function enter(port: number, path = "/v1/rooms/echo/lobby"): Promise<Player> {
  const player = new Player(`ws://127.0.0.1:${port}${path}`);
  await player.next();
  return player;
}

/** The status and body of a refused upgrade. */
export function refusal(player: Player): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    player.ws.on("open", () => reject(new Error("the upgrade was accepted")));
    player.ws.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}
