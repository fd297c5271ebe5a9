/**
 * Frames that wait for a WELCOME. It is bounded, because a game that sends inputs at 60 Hz through a
 * minute's outage would otherwise greet the room with a minute of stale inputs. When it is full the oldest
 * frames go: for a game the latest input is worth more than the first.
 */

/** What became of a frame: see {@link SendQueue.push}. */
export type QueueOutcome = "queued" | "displaced" | "dropped";

export class SendQueue {
  readonly #maxFrames: number;
  readonly #maxBytes: number;
  #frames: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  constructor(maxFrames: number, maxBytes: number) {
    this.#maxFrames = maxFrames;
    this.#maxBytes = maxBytes;
  }

  /**
   * `queued`: it waits. `displaced`: it waits, and older frames were dropped for it. `dropped`: it is larger
   * than the whole queue.
   */
  push(frame: Uint8Array<ArrayBuffer>): QueueOutcome {
    if (frame.length > this.#maxBytes || this.#maxFrames === 0) return "dropped";
    let outcome: QueueOutcome = "queued";
    while (this.#frames.length === this.#maxFrames || this.#bytes + frame.length > this.#maxBytes) {
      this.#bytes -= this.#frames.shift()!.length;
      outcome = "displaced";
    }
    this.#frames.push(frame);
    this.#bytes += frame.length;
    return outcome;
  }

  /** Empties the queue, oldest first. */
  take(): Uint8Array<ArrayBuffer>[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    return frames;
  }
}
