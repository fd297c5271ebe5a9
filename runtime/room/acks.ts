/**
 * Tells clients which of their inputs are taken in: one ACK a seat with the count so far, at most every 100 ms, so
 * that they can forget what they need not send again.
 *
 * The first input after that time is acknowledged within its own turn, where the transport puts the ACK into one
 * write with what the game answers; a timer of their own would cost a busy connection ten writes a second more.
 */
import { ACK_INTERVAL_MS, ServerOp } from "@rockpool/protocol";
import { monotonicMs } from "./clock.ts";
import type { PlayerSeat } from "./seat.ts";

export class Acks {
  /** Seats with inputs that were not acknowledged in their turn. */
  #owed: PlayerSeat[] = [];
  readonly #frame = Uint8Array.of(ServerOp.Ack, 0, 0, 0, 0);
  readonly #count = new DataView(this.#frame.buffer, 1);
  #timer: NodeJS.Timeout | null = null;

  /** The first `count` inputs of this seat may be acknowledged. @param now monotonic milliseconds. */
  owe(seat: PlayerSeat, count: number, now: number): void {
    seat.acknowledgeable = count;
    if (now - seat.acknowledgedAt >= ACK_INTERVAL_MS) {
      this.#send(seat, now);
    } else if (!seat.ackOwed) {
      seat.ackOwed = true;
      this.#owed.push(seat);
      this.#timer ??= setTimeout(this.#sendLate, ACK_INTERVAL_MS);
    }
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#owed = [];
  }

  #send(seat: PlayerSeat, now: number): void {
    seat.acknowledgedAt = now;
    seat.acknowledged = seat.acknowledgeable;
    this.#count.setUint32(0, seat.acknowledgeable, true);
    seat.link?.send(this.#frame);
  }

  /** Acknowledges what came after a seat's last ACK and was not followed by anything. */
  readonly #sendLate = (): void => {
    this.#timer = null;
    const now = monotonicMs();
    const owed = this.#owed;
    this.#owed = [];
    for (const seat of owed) {
      seat.ackOwed = false;
      if (seat.acknowledged !== seat.acknowledgeable) this.owe(seat, seat.acknowledgeable, now);
    }
  };
}
