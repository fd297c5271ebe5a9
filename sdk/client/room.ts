/**
 * A player's place in a room, across as many connections as it takes; seat.ts knows what survives each of them.
 *
 *   connecting ──WELCOME──▶ open ──lost──▶ reconnecting ──WELCOME──▶ open
 *        └──────────────────────┴── final close code, leave() ──▶ closed
 *
 * Nothing is sent before WELCOME: a node closes such a connection (4011). `closed` is left by nothing; which
 * close codes lead there is `mayReconnect` of the protocol.
 */
import {
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
import { SendQueue } from "./queue.ts";
import type { RoomEvents, RoomState, SendOutcome } from "./roomEvents.ts";
import { Route } from "./routing.ts";
import { type Seat, SeatHolder } from "./seat.ts";
import type { SocketConstructor } from "./socket.ts";

/** The reason where none was given: a node always gives one. */
const LOST = "connection lost";

export class Room extends Emitter<RoomEvents> {
  readonly name: string;
  /** Resolves at the first WELCOME, rejects with ClientError `closed` if the room closes before it. */
  readonly ready: Promise<Welcome>;

  readonly #WebSocket: SocketConstructor;
  readonly #settings: Settings;
  readonly #route: Route;
  readonly #query = new URLSearchParams();
  readonly #holder: SeatHolder;
  readonly #backoff: Backoff;
  readonly #heartbeat: Heartbeat;
  #state: RoomState = "connecting";
  #attempt: Attempt | null = null;
  #welcome: Welcome | null = null;
  /** When the connection opened, and when there was none any more, by performance.now(). */
  #openedAt = 0;
  #lostAt = performance.now();
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
    const { seat, token, via } = options;
    const queue = new SendQueue(this.#settings.queuedMessages, this.#settings.queuedBytes);
    this.#holder = new SeatHolder(options, seat, queue, (frame) => this.#attempt?.send(frame));
    this.#backoff = new Backoff(this.#settings.backoffMin, this.#settings.backoffMax);
    this.#heartbeat = new Heartbeat(this.#settings.pingInterval, this.#settings.silence, {
      send: (frame) => this.#attempt?.send(frame),
      latency: (ms) => this.emit("latency", ms),
      dead: () => this.#lost(1006, "the node went silent"),
    });
    if (token !== undefined) this.#query.set("token", token);
    if (typeof seat === "string") this.#query.set("seat", seat);
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    // Whoever does not await `ready` learns the same from `close`; without this Node would end the process.
    this.ready.catch(() => {});
    this.#open(this.#target(via));
  }

  get state(): RoomState {
    return this.#state;
  }

  /**
   * What takes this player's seat again from another page, through the option `seat`; null while there is none.
   * It changes with every message, so read it when the page goes.
   */
  get seat(): Seat | null {
    return this.#holder.seat;
  }

  /** This player's id in the room; null before the first WELCOME. It changes when the room is rejoined. */
  get player(): number | null {
    return this.#welcome?.player ?? null;
  }

  /** The latest WELCOME. */
  get welcome(): Welcome | null {
    return this.#welcome;
  }

  /**
   * Sends bytes to the function, which takes them in once. They are copied; without a connection they wait, and on
   * a seat that can be resumed they are kept until the room has them, within bounds.
   */
  send(payload: Uint8Array | ArrayBuffer): SendOutcome {
    if (this.#state === "closed") return "closed";
    const frame = new Uint8Array(payload.byteLength + 1);
    frame[0] = ClientOp.Data;
    frame.set(payload instanceof Uint8Array ? payload : new Uint8Array(payload), 1);
    const open = this.#state === "open";
    const outcome = this.#holder.push(frame, open);
    if (open && outcome !== "dropped") this.#attempt?.send(frame);
    return outcome;
  }

  /** Milliseconds of a round trip now. Rejects with ClientError `not-connected` when there is no connection. */
  ping(): Promise<number> {
    if (this.#state === "open") return this.#heartbeat.ping();
    return Promise.reject(new ClientError("not-connected", `cannot ping while ${this.#state}`));
  }

  /**
   * Leaves the room for good: the seat is given up at once, or without a connection when its grace period ends.
   * Does nothing when already closed.
   */
  leave(): void {
    if (this.#state === "open") this.#attempt?.send(Uint8Array.of(ClientOp.Leave));
    this.#close(CloseCode.Left, "left");
  }

  /** Where to connect, and what to ask for there. */
  #target(via?: string): string {
    this.#holder.ask(this.#query);
    return this.#route.target(this.#query, via);
  }

  #open(url: string): void {
    this.#announced = "";
    this.#attempt = new Attempt(this.#WebSocket, url, {
      frame: (opcode, payload) => this.#frame(opcode, payload),
      malformed: (what) => this.#wrong(what),
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
    const open = this.#state === "open";
    if (opcode === ServerOp.Data && open) {
      if (this.#holder.received()) this.emit("message", payload);
      else this.#wrong("more DATA than can be counted");
    } else if (opcode === ServerOp.Ack && open) {
      if (!this.#holder.acknowledged(payload)) this.#wrong("an ACK that cannot be right");
    } else if (opcode === ServerOp.Pong) this.#heartbeat.pong(payload);
    else if (opcode === ServerOp.Welcome && !open) this.#entered(readJson<Welcome>(payload));
    else if (opcode === ServerOp.Moved) this.#moved(readJson<Moved>(payload));
    else if (opcode === ServerOp.Error) this.#refused(readJson<WireError>(payload));
    else if (opcode === ServerOp.Data || opcode === ServerOp.Welcome) {
      this.#wrong(`opcode ${opcode} while ${this.#state}`);
    }
    // Any other opcode comes from a newer node and is meant for clients that asked for it.
  }

  #entered(welcome: Partial<Welcome> | null): void {
    const entry = welcome && this.#holder.enter(welcome as Welcome);
    if (!entry) {
      this.#wrong("a WELCOME that cannot be right");
      return;
    }
    const current = welcome as Welcome;
    clearTimeout(this.#timer);
    this.#query.delete("seat");
    this.#route.arrived(current.shards);
    this.#welcome = current;
    this.#state = "open";
    this.#openedAt = performance.now();
    for (const frame of this.#holder.unsent()) this.#attempt?.send(frame);
    this.#heartbeat.start();
    this.#settleReady.resolve(current);
    this.emit("welcome", current);
    // A listener may have left the room.
    if (this.#ended()) return;
    const { resumed, rejoined } = entry;
    if (resumed) this.emit("resumed", { ...resumed, away: this.#openedAt - this.#lostAt });
    if (rejoined) this.emit("rejoined", rejoined);
  }

  #moved(moved: Partial<Moved> | null): void {
    const outcome = this.#route.moved(moved?.url);
    if (!outcome.follow) {
      this.#fail("moved-refused", outcome.reason, CloseCode.Moved);
      return;
    }
    this.#drop();
    this.#holder.moved(moved?.resume);
    if (this.#state === "open") {
      this.#state = "reconnecting";
      this.emit("reconnecting", { attempt: 1, delay: 0, code: CloseCode.Moved, reason: "moved" });
    }
    // A listener may have left the room.
    if (this.#ended()) return;
    this.#holder.ask(outcome.url.searchParams);
    this.#open(outcome.url.href);
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
    const reason = said || LOST;
    this.#drop();
    if (code === CloseCode.ResumeExpired) this.#holder.forget();
    if (this.#state !== "open") this.#route.forget();
    // A connection that closes as soon as it opens must not start the delays over and hammer the node.
    else if (performance.now() - this.#openedAt >= this.#settings.backoffMax) this.#backoff.reset();
    if (this.#backoff.attempts >= this.#settings.maxRetries) {
      this.#close(code, reason);
      return;
    }
    const delay = this.#backoff.next();
    if (this.#welcome) this.#state = "reconnecting";
    this.#timer = setTimeout(() => this.#open(this.#target()), delay);
    this.emit("reconnecting", { attempt: this.#backoff.attempts, delay, code, reason });
  }

  /** Lets go of the socket, its timers and its pings. */
  #drop(): void {
    clearTimeout(this.#timer);
    if (this.#state === "open") this.#lostAt = performance.now();
    this.#heartbeat.stop();
    this.#holder.disconnected();
    this.#attempt?.abandon();
    this.#attempt = null;
  }

  /** The node sent what this protocol does not know. */
  #wrong(what: string): void {
    this.#fail("bad-frame", `the node sent ${what}`, CloseCode.BadFrame);
  }

  #fail(code: ClientErrorCode, message: string, closeCode: number): void {
    this.emit("error", new ClientError(code, message, { closeCode }));
    this.#close(closeCode, message);
  }

  #close(code: number, said: string): void {
    if (this.#ended()) return;
    const reason = said || LOST;
    this.#state = "closed";
    this.#drop();
    if (!mayReconnect(code)) this.#holder.forget();
    this.#settleReady.reject(new ClientError("closed", `${code} ${reason}`, { closeCode: code }));
    this.emit("close", { code, reason });
  }

  #ended(): boolean {
    return this.#state === "closed";
  }
}
