/**
 * A host whose answers follow from a seed and from what it was asked before, and which writes down every call.
 * Both sides of a comparison get one of their own, so a difference in their notes is a difference of the guests'.
 */
import type { RoomHost, Verdict } from "@rockpool/runtime/instance/roomHost.js";
import { seededRandom } from "@rockpool/runtime/wasm/programs.testkit.js";

export class ScriptedHost implements RoomHost {
  #notes: string[] = [];
  readonly #random: (below: number) => number;
  readonly #values = new Map<string, Uint8Array>();
  #now = 0n;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#values.set("k", Uint8Array.of(1, 2, 3));
  }

  /** The calls since the last time this was asked. */
  takeNotes(): string[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }

  #note(...parts: unknown[]): Verdict {
    this.#notes.push(parts.join(" "));
    return "ok";
  }

  send(to: number, memory: Uint8Array, at: number, length: number): Verdict {
    return this.#note("send", to, hex(memory.subarray(at, at + length)));
  }

  broadcast(memory: Uint8Array, at: number, length: number): Verdict {
    return this.#note("broadcast", hex(memory.subarray(at, at + length)));
  }

  broadcastExcept(except: number, memory: Uint8Array, at: number, length: number): Verdict {
    return this.#note("broadcast-except", except, hex(memory.subarray(at, at + length)));
  }

  kick(player: number, reason: string): Verdict {
    return this.#note("kick", player, JSON.stringify(reason));
  }

  players(): readonly number[] {
    const players = Array.from({ length: this.#random(5) }, (_, n) => n + 1);
    this.#note("players", players);
    return players;
  }

  roomName(): string {
    this.#note("room");
    return "sea-of-tests";
  }

  now(): bigint {
    this.#now += BigInt(this.#random(1_000_000));
    this.#note("now", this.#now);
    return this.#now;
  }

  random(): bigint {
    const answer = (BigInt(this.#random(0x100000000)) << 32n) | BigInt(this.#random(0x100000000));
    this.#note("random", answer);
    return answer;
  }

  setTimer(id: number, afterMs: number): Verdict {
    return this.#note("set-timer", id, afterMs);
  }

  clearTimer(id: number): Verdict {
    return this.#note("clear-timer", id);
  }

  setTickRate(hz: number): Verdict {
    return this.#note("set-tick-rate", hz);
  }

  setListing(key: string, value: string): Verdict {
    return this.#note("set-listing", JSON.stringify([key, value]));
  }

  lock(locked: boolean): Verdict {
    return this.#note("lock", locked);
  }

  end(): Verdict {
    return this.#note("end");
  }

  get(key: string): Uint8Array | null {
    const value = this.#values.get(key) ?? null;
    this.#note("get", JSON.stringify(key), value && hex(value));
    return value;
  }

  put(key: string, value: Uint8Array): Verdict {
    this.#values.set(key, value.slice());
    return this.#note("put", JSON.stringify(key), hex(value));
  }

  delete(key: string): Verdict {
    this.#values.delete(key);
    return this.#note("delete", JSON.stringify(key));
  }

  log(level: number, text: string): Verdict {
    return this.#note("log", level, JSON.stringify(text));
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
