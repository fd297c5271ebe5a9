/**
 * A player's place in a room, across as many connections as it takes.
 *
 *   connecting ──WELCOME──▶ open ──lost──▶ reconnecting ──WELCOME──▶ open
 *        └──────────────────────┴── final close code, leave() ──▶ closed
 *
 * Nothing is sent before WELCOME: a node closes such a connection (4011). `closed` is left by nothing; which
 * close codes lead there is `mayReconnect` of the protocol.
 */
import {
  CLOSE_MEANING,
  ClientOp,
  CloseCode,
  type Moved,
  mayReconnect,
  ServerOp,
  type Welcome,
  type WireError,
} from "@rockpool/protocol";
import { Attempt, readJson } from "./attempt.ts";
import { Backoff } from "./backoff.ts";
import { ClientError, type ClientErrorCode } from "./errors.ts";
import { Emitter } from "./events.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type ConnectOptions, type Settings, settings } from "./options.ts";
import { type QueueOutcome, SendQueue } from "./queue.ts";
import { Route } from "./routing.ts";
import type { SocketConstructor } from "./socket.ts";

export type RoomState = "connecting" | "open" | "reconnecting" | "closed";

/** `sent`: handed to the socket. `closed`: the room is closed and nothing was sent. Else see {@link QueueOutcome}. */
export type SendOutcome = "sent" | "closed" | QueueOutcome;

export interface RoomEvents {
  /** Each WELCOME, the first and those after a reconnect. */
  welcome: Welcome;
  /** After the WELCOME of a reconnect: the player joined anew, under a new id. */
  rejoined: { player: number; previous: number };
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

export class Room extends Emitter<RoomEvents> {
  readonly name: string;
  /** Resolves at the first WELCOME, rejects with ClientError `closed` if the room closes before it. */
  readonly ready: Promise<Welcome>;

  readonly #WebSocket: SocketConstructor;
  readonly #settings: Settings;
  readonly #route: Route;
  readonly #query = new URLSearchParams();
  readonly #queue: SendQueue;
  readonly #backoff: Backoff;
  readonly #heartbeat: Heartbeat;
  #state: RoomState = "connecting";
  #attempt: Attempt | null = null;
  #welcome: Welcome | null = null;
  /** When the connection opened, by performance.now(). */
  #openedAt = 0;
  /** The waiting retry, or the deadline of the attempt under way. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Text of the ERROR frame that announces the close to come. */
  #announced = "";
  #settleReady!: { resolve(welcome: Welcome): void; reject(error: ClientError): void };

  /** Use `connect` of the entry for your platform. @throws ClientError `invalid-option` */
  constructor(options: ConnectOptions, WebSocket: SocketConstructor) {
    super();
    this.name = options.room;
    this.#WebSocket = WebSocket;
    this.#settings = settings(options);
    this.#route = new Route(options);
    this.#queue = new SendQueue(this.#settings.queuedMessages, this.#settings.queuedBytes);
    this.#backoff = new Backoff(this.#settings.backoffMin, this.#settings.backoffMax);
    this.#heartbeat = new Heartbeat(this.#settings.pingInterval, this.#settings.silence, {
      send: (frame) => this.#attempt?.send(frame),
      latency: (ms) => this.emit("latency", ms),
      dead: () => this.#lost(1006, "the node went silent"),
    });
    if (options.token !== undefined) this.#query.set("token", options.token);
    if (options.seat !== undefined) this.#query.set("seat", options.seat);
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    // Whoever does not await `ready` learns the same from `close`; without this Node would end the process.
    this.ready.catch(() => {});
    this.#open(this.#route.target(this.#query, options.via));
  }

  get state(): RoomState {
    return this.#state;
  }

  /** This player's id in the room; null before the first WELCOME. It changes when the room is rejoined. */
  get player(): number | null {
    return this.#welcome?.player ?? null;
  }

  /** The latest WELCOME. */
  get welcome(): Welcome | null {
    return this.#welcome;
  }

  /** Sends bytes to the function. They are copied; without a connection they wait, within bounds. */
  send(payload: Uint8Array | ArrayBuffer): SendOutcome {
    if (this.#state === "closed") return "closed";
    const frame = new Uint8Array(payload.byteLength + 1);
    frame[0] = ClientOp.Data;
    frame.set(payload instanceof Uint8Array ? payload : new Uint8Array(payload), 1);
    if (this.#state !== "open") return this.#queue.push(frame);
    this.#attempt?.send(frame);
    return "sent";
  }

  /** Milliseconds of a round trip now. Rejects with ClientError `not-connected` when there is no connection. */
  ping(): Promise<number> {
    if (this.#state === "open") return this.#heartbeat.ping();
    return Promise.reject(new ClientError("not-connected", `cannot ping while ${this.#state}`));
  }

  /** Leaves the room for good: the seat is given up at once. Does nothing when already closed. */
  leave(): void {
    if (this.#state === "open") this.#attempt?.send(Uint8Array.of(ClientOp.Leave));
    this.#close(CloseCode.Left, "");
  }

  #open(url: string): void {
    this.#announced = "";
    this.#attempt = new Attempt(this.#WebSocket, url, {
      frame: (opcode, payload) => this.#frame(opcode, payload),
      malformed: (what) => this.#fail("bad-frame", `the node sent ${what}`, CloseCode.BadFrame),
      closed: (code, reason) => this.#lost(code, this.#announced || reason),
    });
    const { connectTimeout } = this.#settings;
    this.#timer = setTimeout(
      () => this.#lost(1006, `no WELCOME within ${connectTimeout} ms`),
      connectTimeout,
    );
  }

  #frame(opcode: number, payload: Uint8Array): void {
    this.#heartbeat.heard();
    if (opcode === ServerOp.Data && this.#state === "open") this.emit("message", payload);
    else if (opcode === ServerOp.Pong) this.#heartbeat.pong(payload);
    else if (opcode === ServerOp.Welcome && this.#state !== "open") this.#entered(readJson<Welcome>(payload));
    else if (opcode === ServerOp.Moved) this.#moved(readJson<Moved>(payload));
    else if (opcode === ServerOp.Error) this.#refused(readJson<WireError>(payload));
    else if (opcode === ServerOp.Data || opcode === ServerOp.Welcome) {
      this.#fail("bad-frame", `the node sent opcode ${opcode} while ${this.#state}`, CloseCode.BadFrame);
    }
    // Any other opcode comes from a newer node and is meant for clients that asked for it.
  }

  #entered(welcome: Partial<Welcome> | null): void {
    if (!Number.isInteger(welcome?.player)) {
      this.#fail("bad-frame", "the node sent a WELCOME that cannot be read", CloseCode.BadFrame);
      return;
    }
    const previous = this.player;
    const current = welcome as Welcome;
    clearTimeout(this.#timer);
    this.#query.delete("seat");
    this.#route.arrived(current.shards);
    this.#welcome = current;
    this.#state = "open";
    this.#openedAt = performance.now();
    for (const frame of this.#queue.take()) this.#attempt?.send(frame);
    this.#heartbeat.start();
    this.#settleReady.resolve(current);
    this.emit("welcome", current);
    if (previous !== null) this.emit("rejoined", { player: current.player, previous });
  }

  #moved(moved: Partial<Moved> | null): void {
    const outcome = this.#route.moved(moved?.url);
    if (!outcome.follow) {
      this.#fail("moved-refused", outcome.reason, CloseCode.Moved);
      return;
    }
    this.#drop();
    if (this.#state === "open") {
      this.#state = "reconnecting";
      this.emit("reconnecting", {
        attempt: 1,
        delay: 0,
        code: CloseCode.Moved,
        reason: CLOSE_MEANING[CloseCode.Moved],
      });
    }
    // A listener may have left the room.
    if (this.#ended()) return;
    this.#open(outcome.url);
  }

  #refused(error: Partial<WireError> | null): void {
    const { code = CloseCode.BadFrame, message = "" } = error ?? {};
    this.#announced = message;
    if (mayReconnect(code)) return;
    if (code === CloseCode.Left || code === CloseCode.RoomEnded) this.#close(code, message);
    else this.#fail("refused", message, code);
  }

  /** The connection ended, or never came about. */
  #lost(code: number, said: string): void {
    if (!mayReconnect(code)) {
      this.#close(code, said);
      return;
    }
    const reason = reasonFor(code, said);
    this.#drop();
    if (this.#state !== "open") this.#route.forget();
    // A connection that closes as soon as it opens must not start the delays over and hammer the node.
    else if (performance.now() - this.#openedAt >= this.#settings.backoffMax) this.#backoff.reset();
    if (this.#backoff.attempts >= this.#settings.maxRetries) {
      this.#close(code, reason);
      return;
    }
    const delay = this.#backoff.next();
    if (this.#welcome) this.#state = "reconnecting";
    this.#timer = setTimeout(() => this.#open(this.#route.target(this.#query)), delay);
    this.emit("reconnecting", { attempt: this.#backoff.attempts, delay, code, reason });
  }

  /** Lets go of the socket, its timers and its pings. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    this.#attempt?.abandon();
    this.#attempt = null;
  }

  #fail(code: ClientErrorCode, message: string, closeCode: number): void {
    this.emit("error", new ClientError(code, message, { closeCode }));
    this.#close(closeCode, message);
  }

  #close(code: number, said: string): void {
    if (this.#ended()) return;
    const reason = reasonFor(code, said);
    this.#state = "closed";
    this.#drop();
    this.#queue.take();
    this.#settleReady.reject(new ClientError("closed", `${code} ${reason}`, { closeCode: code }));
    this.emit("close", { code, reason });
  }

  #ended(): boolean {
    return this.#state === "closed";
  }
}

/** What the node said or, where it said nothing, what the code means. */
function reasonFor(code: number, said: string): string {
  return said || (CLOSE_MEANING[code as CloseCode] ?? "connection lost");
}
