/**
 * What a room's guest may ask: every effect is checked against the function's limits and put into the
 * outbox (or staged), so that a callback which fails leaves nothing behind.
 */
import type { RoomHost, Verdict } from "../instance/roomHost.ts";
import type { GuestLog } from "../telemetry/guestLog.ts";
import { Effect, type Outbox } from "./outbox.ts";
import type { RoomState } from "./roomState.ts";

/** Ticks a second at most; a guest that asks for more gets this. */
export const MAX_TICK_RATE = 128;
/** Bytes of a value's key, and of either side of a listing pair. */
export const MAX_KEY_BYTES = 256;

export class HostCalls implements RoomHost {
  readonly #state: RoomState;
  readonly #outbox: Outbox;
  readonly #log: GuestLog;
  /** Ids of timers that the running callback adds, so that the limit counts each once, before it exists. Most rooms set none. */
  #newTimers: Set<number> | null = null;

  constructor(state: RoomState, outbox: Outbox, log: GuestLog) {
    this.#state = state;
    this.#outbox = outbox;
    this.#log = log;
  }

  /** Called before each callback. */
  begin(): void {
    if (this.#newTimers !== null && this.#newTimers.size > 0) this.#newTimers.clear();
  }

  send(to: number, memory: Uint8Array, at: number, length: number): Verdict {
    return this.#frame(Effect.Send, to, memory, at, length);
  }

  broadcast(memory: Uint8Array, at: number, length: number): Verdict {
    return this.#frame(Effect.Broadcast, 0, memory, at, length);
  }

  broadcastExcept(except: number, memory: Uint8Array, at: number, length: number): Verdict {
    return this.#frame(Effect.BroadcastExcept, except, memory, at, length);
  }

  kick(player: number, reason: string): Verdict {
    if (this.#full()) return "messagesPerCallback";
    this.#outbox.addKick(player, reason.slice(0, MAX_KEY_BYTES));
    return "ok";
  }

  players(): readonly number[] {
    return this.#state.seats.ids;
  }

  roomName(): string {
    return this.#state.name;
  }

  now(): bigint {
    return BigInt(this.#state.time.ns);
  }

  random(): bigint {
    return this.#state.random.next();
  }

  setTimer(id: number, afterMs: number): Verdict {
    const { timers, manifest } = this.#state;
    if (!timers.has(id) && !this.#newTimers?.has(id)) {
      if (timers.size + (this.#newTimers?.size ?? 0) >= manifest.limits.timers) return "timers";
      this.#newTimers ??= new Set();
      this.#newTimers.add(id);
    }
    return this.#effect(Effect.SetTimer, id, afterMs);
  }

  clearTimer(id: number): Verdict {
    return this.#effect(Effect.ClearTimer, id, 0);
  }

  setTickRate(hz: number): Verdict {
    return this.#effect(Effect.SetTickRate, Math.min(hz, MAX_TICK_RATE), 0);
  }

  setListing(key: string, value: string): Verdict {
    const { listing, manifest } = this.#state;
    const tooMany = !listing.has(key) && listing.size >= manifest.limits.listingPairs;
    if (tooMany || isTooLong(key) || isTooLong(value)) return "listingPairs";
    listing.set(key, value);
    return "ok";
  }

  lock(locked: boolean): Verdict {
    return this.#effect(Effect.Lock, locked ? 1 : 0, 0);
  }

  end(): Verdict {
    return this.#effect(Effect.End, 0, 0);
  }

  get(key: string): Uint8Array | null {
    return this.#state.values.get(key) ?? null;
  }

  put(key: string, value: Uint8Array): Verdict {
    const { values, manifest } = this.#state;
    if (isTooLong(key) || value.length > manifest.limits.valueBytes) return "valueBytes";
    if (!values.has(key) && values.size >= manifest.limits.values) return "values";
    values.set(key, value);
    return "ok";
  }

  delete(key: string): Verdict {
    this.#state.values.delete(key);
    return "ok";
  }

  log(level: number, text: string): Verdict {
    this.#log.write(level, text);
    return "ok";
  }

  #full(): boolean {
    return this.#outbox.count >= this.#state.manifest.limits.messagesPerCallback;
  }

  #effect(kind: Effect, subject: number, value: number): Verdict {
    if (this.#full()) return "messagesPerCallback";
    this.#outbox.add(kind, subject, value);
    return "ok";
  }

  #frame(kind: Effect, subject: number, memory: Uint8Array, at: number, length: number): Verdict {
    if (this.#full()) return "messagesPerCallback";
    if (this.#outbox.bytes + length > this.#state.manifest.limits.bytesPerCallback) return "bytesPerCallback";
    this.#outbox.addFrame(kind, subject, memory, at, length);
    return "ok";
  }
}

function isTooLong(text: string): boolean {
  return Buffer.byteLength(text) > MAX_KEY_BYTES;
}
