/**
 * A turn is one callback and the effects that follow it. Turns never overlap on a shard: a socket that closes
 * while effects are sent (the transport runs close handlers inside send and close) becomes a departure that
 * waits for the end of the turn, so the guest is never re-entered.
 */
import { Outbox } from "./outbox.ts";

export interface Departure {
  depart(): void;
}

export class Turns {
  readonly outbox = new Outbox();
  readonly #waiting: Departure[] = [];
  #running = false;
  #draining = false;

  begin(): void {
    this.#running = true;
  }

  /** Closes the turn and lets the departures that waited happen, each a turn of its own. */
  end(): void {
    this.#running = false;
    if (this.#draining || this.#waiting.length === 0) return;
    this.#draining = true;
    // The list grows while it is walked: a departure's own effects may close further sockets.
    for (let i = 0; i < this.#waiting.length; i++) this.#waiting[i]!.depart();
    this.#waiting.length = 0;
    this.#draining = false;
  }

  /** Lets a departure happen now, or after the running turn. */
  depart(departure: Departure): void {
    if (this.#running || this.#draining) this.#waiting.push(departure);
    else departure.depart();
  }
}
