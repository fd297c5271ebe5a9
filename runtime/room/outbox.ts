/**
 * What a callback asked for, in order, until it returns. Payloads lie in one arena as whole DATA frames, so
 * that flushing sends slices of it. One outbox serves all rooms of a shard, because callbacks never overlap;
 * it grows to the largest callback seen and allocates nothing after that.
 */
import { ServerOp } from "@rockpool/protocol";
import { copyBytes } from "../instance/copy.ts";

export const Effect = {
  /** to, frame */
  Send: 0,
  /** –, frame */
  Broadcast: 1,
  /** except, frame */
  BroadcastExcept: 2,
  /** player, index of the reason */
  Kick: 3,
  /** id, milliseconds */
  SetTimer: 4,
  /** id */
  ClearTimer: 5,
  /** hertz */
  SetTickRate: 6,
  /** 0 or 1 */
  Lock: 7,
  End: 8,
} as const;
export type Effect = (typeof Effect)[keyof typeof Effect];

const FIRST_EFFECTS = 64;
const FIRST_BYTES = 4096;
/** Frames at the start of the arena up to this size reuse a view: most callbacks send one short frame. */
const CACHED_VIEW_BYTES = 4096;

export class Outbox {
  #kinds = new Uint8Array(FIRST_EFFECTS);
  #subjects = new Uint32Array(FIRST_EFFECTS);
  #starts = new Uint32Array(FIRST_EFFECTS);
  #lengths = new Uint32Array(FIRST_EFFECTS);
  #arena = new Uint8Array(FIRST_BYTES);
  #views: (Uint8Array | undefined)[] = [];
  #count = 0;
  #used = 0;
  #reasons: string[] = [];

  get count(): number {
    return this.#count;
  }

  /** Bytes of frames held. */
  get bytes(): number {
    return this.#used;
  }

  kind(index: number): Effect {
    return this.#kinds[index] as Effect;
  }

  /** The player, id or value of an effect. */
  subject(index: number): number {
    return this.#subjects[index]!;
  }

  /** The second number of an effect that carries no frame. */
  value(index: number): number {
    return this.#starts[index]!;
  }

  reason(index: number): string {
    return this.#reasons[this.#starts[index]!]!;
  }

  /** The DATA frame of an effect; valid until the next callback. */
  frame(index: number): Uint8Array {
    const start = this.#starts[index]!;
    const length = this.#lengths[index]!;
    if (start !== 0 || length > CACHED_VIEW_BYTES) return this.#arena.subarray(start, start + length);
    let view = this.#views[length];
    if (view === undefined) {
      view = this.#arena.subarray(0, length);
      this.#views[length] = view;
    }
    return view;
  }

  add(kind: Effect, subject = 0, value = 0): void {
    const index = this.#next(kind, subject);
    this.#starts[index] = value;
  }

  addKick(player: number, reason: string): void {
    this.add(Effect.Kick, player, this.#reasons.length);
    this.#reasons.push(reason);
  }

  /** Copies a payload out of guest memory, behind a DATA opcode. */
  addFrame(kind: Effect, subject: number, memory: Uint8Array, at: number, length: number): void {
    const start = this.#used;
    if (start + length + 1 > this.#arena.length) this.#growArena(start + length + 1);
    this.#arena[start] = ServerOp.Data;
    copyBytes(memory, at, length, this.#arena, start + 1);
    this.#used = start + length + 1;
    const index = this.#next(kind, subject);
    this.#starts[index] = start;
    this.#lengths[index] = length + 1;
  }

  clear(): void {
    this.#count = 0;
    this.#used = 0;
    if (this.#reasons.length > 0) this.#reasons = [];
  }

  #next(kind: Effect, subject: number): number {
    if (this.#count === this.#kinds.length) this.#growEffects();
    const index = this.#count++;
    this.#kinds[index] = kind;
    this.#subjects[index] = subject;
    return index;
  }

  #growEffects(): void {
    const size = this.#kinds.length * 2;
    this.#kinds = grown(this.#kinds, new Uint8Array(size));
    this.#subjects = grown(this.#subjects, new Uint32Array(size));
    this.#starts = grown(this.#starts, new Uint32Array(size));
    this.#lengths = grown(this.#lengths, new Uint32Array(size));
  }

  #growArena(needed: number): void {
    this.#arena = grown(this.#arena, new Uint8Array(Math.max(needed, this.#arena.length * 2)));
    this.#views = [];
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
