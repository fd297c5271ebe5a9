/**
 * Tells the node how many DATA frames have come, so that it can let them go: at most once in
 * {@link ACK_INTERVAL_MS}, and only when one has come since. A frame that is due is acknowledged as it comes and
 * not by the timer alone, because browsers slow down the timers of a hidden page.
 */
import { ACK_INTERVAL_MS, ClientOp } from "@rockpool/protocol";
import { u32Frame } from "./u32.ts";

export class Acknowledger {
  readonly #send: (frame: Uint8Array<ArrayBuffer>) => void;
  #count = 0;
  #sentAt = -ACK_INTERVAL_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (frame: Uint8Array<ArrayBuffer>) => void) {
    this.#send = send;
  }

  /** `count` frames have come. */
  received(count: number): void {
    this.#count = count;
    const wait = this.#sentAt + ACK_INTERVAL_MS - performance.now();
    if (wait <= 0) this.#acknowledge();
    // Timers may be up to a millisecond early.
    else this.#timer ??= setTimeout(() => this.#acknowledge(), wait + 2);
  }

  /** The connection is over: what is not acknowledged now is told when it is resumed. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #acknowledge(): void {
    this.stop();
    this.#send(u32Frame(ClientOp.Ack, this.#count));
    this.#sentAt = performance.now();
  }
}
