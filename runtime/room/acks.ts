/**
 * Tells clients which of their inputs are taken in: one ACK a seat with the count so far, at most every
 * 100 ms, so that they can forget what they need not send again.
 */
import { ACK_INTERVAL_MS, ServerOp } from "@rockpool/protocol";
import type { PlayerSeat } from "./seat.ts";

export class Acks {
  readonly #owed: PlayerSeat[] = [];
  readonly #frame = Uint8Array.of(ServerOp.Ack, 0, 0, 0, 0);
  readonly #count = new DataView(this.#frame.buffer, 1);
  #timer: NodeJS.Timeout | null = null;

  /** The first `count` inputs of this seat may be acknowledged. */
  owe(seat: PlayerSeat, count: number): void {
    seat.acknowledgeable = count;
    if (seat.ackOwed) return;
    seat.ackOwed = true;
    this.#owed.push(seat);
    this.#timer ??= setTimeout(this.#send, ACK_INTERVAL_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#owed.length = 0;
  }

  readonly #send = (): void => {
    this.#timer = null;
    for (const seat of this.#owed) {
      seat.ackOwed = false;
      this.#count.setUint32(0, seat.acknowledgeable, true);
      seat.link?.send(this.#frame);
    }
    this.#owed.length = 0;
  };
}
