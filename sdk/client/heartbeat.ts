/**
 * Round trips and the watchdog over one connection. TCP may take minutes to notice that the other side is
 * gone (a laptop that changed networks), so the client pings and gives a silent connection up by itself.
 */
import { ClientOp } from "@rockpool/protocol";
import { ClientError } from "./errors.ts";
import { readU32, u32Frame } from "./u32.ts";

export interface HeartbeatEvents {
  send(frame: Uint8Array<ArrayBuffer>): void;
  /** A PONG came back after `ms` milliseconds. */
  latency(ms: number): void;
  /** Nothing was heard for longer than the bound. */
  dead(): void;
}

interface Flight {
  sentAt: number;
  resolve(ms: number): void;
  reject(error: ClientError): void;
}

export class Heartbeat {
  readonly #interval: number;
  readonly #silence: number;
  readonly #events: HeartbeatEvents;
  readonly #flights = new Map<number, Flight>();
  #sequence = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #checkedAt = 0;

  /**
   * @param interval milliseconds between pings; 0 turns pings and watchdog off
   * @param silence milliseconds without any frame after which the connection counts as dead
   */
  constructor(interval: number, silence: number, events: HeartbeatEvents) {
    this.#interval = interval;
    this.#silence = silence;
    this.#events = events;
  }

  start(): void {
    this.#heardAt = this.#checkedAt = performance.now();
    if (this.#interval === 0) return;
    this.#timer = setInterval(() => this.#check(), this.#interval);
    this.#pingQuietly();
  }

  /** Any frame shows that the connection lives. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  ping(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#sequence = (this.#sequence + 1) >>> 0;
      this.#flights.set(this.#sequence, { sentAt: performance.now(), resolve, reject });
      this.#events.send(u32Frame(ClientOp.Ping, this.#sequence));
    });
  }

  /** A PONG; one that answers no ping in flight is ignored. */
  pong(payload: Uint8Array): void {
    const sequence = readU32(payload);
    const flight = sequence !== null && this.#flights.get(sequence);
    if (!flight) return;
    this.#flights.delete(sequence);
    const ms = performance.now() - flight.sentAt;
    flight.resolve(ms);
    this.#events.latency(ms);
  }

  /** The connection is over; pings in flight reject. */
  stop(): void {
    clearInterval(this.#timer);
    for (const flight of this.#flights.values()) {
      flight.reject(new ClientError("not-connected", "connection lost"));
    }
    this.#flights.clear();
  }

  #check(): void {
    const now = performance.now();
    // A page that slept (frozen tab, closed laptop) finds itself late with frames still unread: such a check
    // proves nothing about the connection, and the next one decides.
    const slept = now - this.#checkedAt > 2 * this.#interval + this.#silence;
    this.#checkedAt = now;
    if (!slept && now - this.#heardAt > this.#silence) this.#events.dead();
    else this.#pingQuietly();
  }

  /** Its loss is reported by the connection's end, so the rejection itself says nothing new. */
  #pingQuietly(): void {
    this.ping().catch(() => {});
  }
}
