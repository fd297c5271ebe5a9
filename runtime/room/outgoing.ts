/**
 * The DATA frames sent to one seat and not yet acknowledged, which a resumed connection is sent again. Frames
 * carry no number on the wire: both sides count them, from 1. Bounded in bytes: the oldest go first, and a
 * client that comes back too late is told how many it missed.
 */
import { copyBytes } from "../instance/copy.ts";

/** Bytes of a length, little-endian, before each frame. */
const HEADER = 4;
const FIRST_BYTES = 256;
const NOTHING = new Uint8Array(0);

export class Outgoing {
  /** Number of the last frame sent. */
  sent = 0;
  #maxBytes: number;
  #buffer = NOTHING;
  /** The held frames lie at [#start, #end) of the buffer, one behind the other. */
  #start = 0;
  #end = 0;
  #held = 0;

  /** @param maxBytes of frames held, their headers included. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many frames are held: numbers `sent - held + 1` to `sent`. */
  get held(): number {
    return this.#held;
  }

  /** Bytes held, headers included. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  /** Keeps frames up to another bound from now on; it must be enough for what is held. */
  rebound(maxBytes: number): void {
    this.#maxBytes = maxBytes;
  }

  /** Counts a frame and keeps a copy. */
  push(frame: Uint8Array): void {
    this.sent++;
    const size = HEADER + frame.length;
    if (size > this.#maxBytes) {
      this.#forgetAll();
      return;
    }
    while (this.bytes + size > this.#maxBytes) this.#forgetFirst();
    if (this.#end + size > this.#buffer.length) this.#makeRoom(size);
    const buffer = this.#buffer;
    const length = frame.length;
    buffer[this.#end] = length;
    buffer[this.#end + 1] = length >>> 8;
    buffer[this.#end + 2] = length >>> 16;
    buffer[this.#end + 3] = length >>> 24;
    copyBytes(frame, 0, length, buffer, this.#end + HEADER);
    this.#end += size;
    this.#held++;
  }

  /** The client has received `count` frames of this seat; false when it cannot have. */
  acknowledge(count: number): boolean {
    if (count > this.sent) return false;
    while (this.#held > 0 && this.sent - this.#held < count) this.#forgetFirst();
    return true;
  }

  /**
   * Gives every held frame after number `count` to `take`, oldest first; the bytes are valid during the call.
   * Returns the number of the last frame before the first one given.
   */
  replay(count: number, take: (frame: Uint8Array) => void): number {
    const before = Math.max(this.sent - this.#held, Math.min(count, this.sent));
    let at = this.#start;
    for (let number = this.sent - this.#held + 1; number <= this.sent; number++) {
      const length = this.#lengthAt(at);
      if (number > before) take(this.#buffer.subarray(at + HEADER, at + HEADER + length));
      at += HEADER + length;
    }
    return before;
  }

  /** Copies of the held frames, oldest first. */
  frames(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    this.replay(0, (frame) => frames.push(frame.slice()));
    return frames;
  }

  /** Goes on from a stored state: `sent` frames, of which the last ones are these. */
  restore(sent: number, frames: readonly Uint8Array[]): void {
    this.#forgetAll();
    this.sent = sent - frames.length;
    for (const frame of frames) this.push(frame);
  }

  #lengthAt(at: number): number {
    const buffer = this.#buffer;
    return buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24);
  }

  #forgetFirst(): void {
    this.#start += HEADER + this.#lengthAt(this.#start);
    this.#held--;
    if (this.#held === 0) this.#forgetAll();
  }

  #forgetAll(): void {
    this.#start = 0;
    this.#end = 0;
    this.#held = 0;
  }

  /** Moves the frames to the front, into a larger buffer when they fill more than half of it. */
  #makeRoom(size: number): void {
    const needed = this.bytes + size;
    let to = this.#buffer;
    if (needed * 2 > to.length) {
      let length = Math.max(FIRST_BYTES, to.length);
      // Twice what is needed, or each frame at the bound would move all the others.
      while (length < needed * 2) length *= 2;
      to = new Uint8Array(length);
    }
    to.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = to;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
