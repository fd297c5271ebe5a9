/**
 * DATA frames that the room may still need: those that wait for a WELCOME and, on a seat that can be resumed,
 * those that were sent and are not acknowledged. They carry no number on the wire; both sides count, so the
 * queue holds an unbroken run of numbers.
 *
 * It is bounded, because a game that sends inputs at 60 Hz through a minute's outage would otherwise greet the
 * room with a minute of stale inputs. When it is full the oldest frames go: for a game the latest input is
 * worth more than the first.
 */
import { MAX_COUNT } from "@rockpool/protocol";

/** What became of a frame: see {@link SendQueue.push}. */
export type QueueOutcome = "sent" | "queued" | "displaced" | "dropped";

export class SendQueue {
  readonly #maxFrames: number;
  readonly #maxBytes: number;
  #frames: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  /** The number of the frame before the first one held. */
  #before = 0;
  #acknowledged = 0;

  constructor(maxFrames: number, maxBytes: number) {
    this.#maxFrames = maxFrames;
    this.#maxBytes = maxBytes;
  }

  /** What is held, oldest first. */
  get frames(): readonly Uint8Array<ArrayBuffer>[] {
    return this.#frames;
  }

  /** The number of the latest frame. */
  get #last(): number {
    return this.#before + this.#frames.length;
  }

  /**
   * Holds a frame until it is acknowledged.
   *
   * `sent` and `queued`, as `connected` has it: it is held. `displaced`: for it the oldest were let go, and are
   * lost if the room has not taken them in (so is the frame itself, where it is larger than the queue and is sent
   * all the same). `dropped`: it must not be sent, being larger than the queue while there is no connection, or
   * past the numbers that a seat has.
   */
  push(frame: Uint8Array<ArrayBuffer>, connected: boolean): QueueOutcome {
    const fits = frame.length <= this.#maxBytes && this.#maxFrames > 0;
    if (this.#last === MAX_COUNT || !(fits || connected)) return "dropped";
    let outcome: QueueOutcome = connected ? "sent" : "queued";
    this.#frames.push(frame);
    this.#bytes += frame.length;
    while (this.#frames.length > this.#maxFrames || this.#bytes > this.#maxBytes) {
      this.#shift();
      outcome = "displaced";
    }
    return outcome;
  }

  /** The room has taken in all frames up to `count`; false when there were never so many. */
  acknowledge(count: number): boolean {
    if (count > this.#last) return false;
    this.#acknowledged = Math.max(this.#acknowledged, count);
    while (this.#before < count) this.#shift();
    return true;
  }

  /**
   * The seat is resumed by a room that has taken in `received` frames: the rest is to be sent again. Returns how
   * many of the rest are no longer held, so that no room will ever see them; null when there were never so many.
   */
  resume(received: number): number | null {
    if (!this.acknowledge(received)) return null;
    const lost = this.#before - received;
    this.renumber(received);
    return lost;
  }

  /** What is held are the first frames of a seat after `received` earlier ones. */
  renumber(received: number): void {
    this.#before = this.#acknowledged = received;
  }

  /** Lets everything go; returns how many frames were never acknowledged. */
  clear(): number {
    const lost = this.#last - this.#acknowledged;
    this.#frames = [];
    this.#bytes = 0;
    this.renumber(0);
    return lost;
  }

  #shift(): void {
    this.#bytes -= this.#frames.shift()!.length;
    this.#before++;
  }
}
