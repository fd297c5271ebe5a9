/**
 * The inputs of one room since its last snapshot, in memory. Inputs are numbered from 1 over the room's life;
 * a run of ticks is one record and as many inputs. Appending writes into one buffer and makes no object.
 *
 * Record: kind, then for all but ticks the room time (nanoseconds, as what was added since the record with a
 * time before it), then the kind's fields. A mark closes the run of ticks under way, and the first time after
 * it is written whole, which the kind's highest bit tells: so what stands between two marks can be read by itself.
 */
import { copyBytes } from "../instance/copy.ts";
import type { Pairs } from "../snapshot/hostState.ts";
import { InputKind, WHOLE_TIME } from "./inputs.ts";

/** A place between two records. Valid until the journal is truncated past it. */
export interface JournalMark {
  /** The last input before it. */
  readonly sequence: number;
  /** Bytes before it, over the journal's life. */
  readonly position: number;
}

/** Inputs `first` to `last`; none when `last` is less. `bytes` is a view, valid until the journal changes. */
export interface JournalSlice {
  readonly first: number;
  readonly last: number;
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const FIRST_BYTES = 128;
/** A buffer of which less than one part in so many is used after a truncation is replaced by a smaller one. */
const SHRINK = 4;
const MAX_VARINT_BYTES = 9;
const NO_RUN = -1;
const encoder = new TextEncoder();

export class Journal {
  #bytes: Uint8Array = NOTHING;
  #used = 0;
  /** Bytes forgotten so far. */
  #dropped = 0;
  #sequence: number;
  /** Where the count of the run of ticks under way stands. */
  #runAt = NO_RUN;
  #runCount = 0;
  /** Room time of the last record that has one; infinity where the next is written whole. */
  #timeNs = Number.POSITIVE_INFINITY;

  /** @param stored slices to go on behind, in order and without gaps; a number: the last input before the first. */
  constructor(stored: readonly JournalSlice[] | number = 0) {
    const slices = typeof stored === "number" ? [] : stored;
    this.#sequence = typeof stored === "number" ? stored : stored.at(-1)!.last;
    this.#reserve(slices.reduce((sum, { bytes }) => sum + bytes.length, 0));
    for (const { bytes } of slices) {
      this.#bytes.set(bytes, this.#used);
      this.#used += bytes.length;
    }
  }

  /** The number of the last input. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Bytes of inputs held. */
  get bytes(): number {
    return this.#used;
  }

  /** Bytes of memory that the journal takes. */
  get bytesHeld(): number {
    return this.#bytes.length;
  }

  create(timeNs: number, config: Uint8Array): void {
    this.#begin(InputKind.Create, timeNs, config.length);
    this.#data(config, 0, config.length);
  }

  join(timeNs: number, player: number, claims: Pairs): void {
    this.#begin(InputKind.Join, timeNs, 0);
    this.#number(player);
    this.#number(claims.length);
    for (const [name, value] of claims) {
      this.#text(name);
      this.#text(value);
    }
  }

  /** @param from where in `data` the message begins: a frame is journaled without a view of its payload. */
  message(timeNs: number, player: number, data: Uint8Array, from: number): void {
    const length = data.length - from;
    this.#begin(InputKind.Message, timeNs, length);
    this.#number(player);
    this.#data(data, from, length);
  }

  tick(): void {
    this.#sequence++;
    if (this.#runAt === NO_RUN) {
      this.#reserve(2);
      this.#bytes[this.#used++] = InputKind.Tick;
      this.#runAt = this.#used;
      this.#runCount = 1;
      this.#bytes[this.#used++] = 1;
      return;
    }
    this.#runCount++;
    this.#used = this.#runAt;
    this.#reserve(MAX_VARINT_BYTES);
    this.#number(this.#runCount);
  }

  timer(timeNs: number, id: number): void {
    this.#begin(InputKind.Timer, timeNs, 0);
    this.#number(id);
  }

  drop(timeNs: number, player: number): void {
    this.#begin(InputKind.Drop, timeNs, 0);
    this.#number(player);
  }

  rejoin(timeNs: number, player: number): void {
    this.#begin(InputKind.Rejoin, timeNs, 0);
    this.#number(player);
  }

  leave(timeNs: number, player: number, why: number): void {
    this.#begin(InputKind.Leave, timeNs, 0);
    this.#number(player);
    this.#number(why);
  }

  /** An input that failed and was taken back. @param subject its player or timer; 0 for neither. */
  fault(timeNs: number, skipped: InputKind, subject: number, text: string): void {
    this.#begin(InputKind.Fault, timeNs, 0);
    this.#number(skipped);
    this.#number(subject);
    this.#text(text);
  }

  close(timeNs: number): void {
    this.#begin(InputKind.Close, timeNs, 0);
  }

  /** A change that the host alone makes; what `tag` and `data` mean is the room's affair. */
  host(timeNs: number, tag: number, data: Uint8Array = NOTHING): void {
    this.#begin(InputKind.Host, timeNs, data.length);
    this.#number(tag);
    this.#data(data, 0, data.length);
  }

  /** The place before all inputs that are held. @param first the number of the first of them. */
  start(first: number): JournalMark {
    return { sequence: first - 1, position: this.#dropped };
  }

  /** The place behind all inputs so far. */
  mark(): JournalMark {
    this.#runAt = NO_RUN;
    this.#timeNs = Number.POSITIVE_INFINITY;
    return { sequence: this.#sequence, position: this.#dropped + this.#used };
  }

  /**
   * The inputs from one mark to another, or to the end, which becomes a mark.
   * @throws RangeError when the journal was truncated past the mark
   */
  since(from: JournalMark, to: JournalMark = this.mark()): JournalSlice {
    const bytes = this.#bytes.subarray(this.#at(from), this.#at(to));
    return { first: from.sequence + 1, last: to.sequence, bytes };
  }

  /**
   * Forgets the inputs before a mark: a snapshot has them.
   * @throws RangeError when the journal was truncated past the mark
   */
  truncate(mark: JournalMark): void {
    const at = this.#at(mark);
    if (at === 0) return;
    const rest = this.#used - at;
    if (rest * SHRINK < this.#bytes.length && this.#bytes.length > FIRST_BYTES) {
      const smaller = rest === 0 ? NOTHING : new Uint8Array(Math.max(FIRST_BYTES, rest * 2));
      smaller.set(this.#bytes.subarray(at, this.#used));
      this.#bytes = smaller;
    } else {
      this.#bytes.copyWithin(0, at, this.#used);
    }
    if (this.#runAt !== NO_RUN) this.#runAt -= at;
    this.#used = rest;
    this.#dropped += at;
  }

  #at(mark: JournalMark): number {
    const at = mark.position - this.#dropped;
    if (at >= 0 && at <= this.#used) return at;
    throw new RangeError(`the journal no longer holds the mark at input ${mark.sequence}`);
  }

  #begin(kind: InputKind, timeNs: number, payload: number): void {
    this.#sequence++;
    this.#runAt = NO_RUN;
    this.#reserve(1 + 3 * MAX_VARINT_BYTES + payload);
    const whole = timeNs < this.#timeNs;
    this.#bytes[this.#used++] = whole ? kind | WHOLE_TIME : kind;
    this.#number(whole ? timeNs : timeNs - this.#timeNs);
    this.#timeNs = timeNs;
  }

  /** Writes a number into space that was reserved. */
  #number(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#used++] = rest;
  }

  /** A length and bytes, into space that was reserved. */
  #data(data: Uint8Array, from: number, length: number): void {
    this.#number(length);
    copyBytes(data, from, length, this.#bytes, this.#used);
    this.#used += length;
  }

  #sized(data: Uint8Array): void {
    this.#reserve(MAX_VARINT_BYTES + data.length);
    this.#data(data, 0, data.length);
  }

  #text(text: string): void {
    this.#sized(encoder.encode(text));
    this.#reserve(MAX_VARINT_BYTES);
  }

  #reserve(length: number): void {
    const needed = this.#used + length;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(FIRST_BYTES, needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}
