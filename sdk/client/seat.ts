/**
 * A player's seat as the client knows it: the token that takes it again, and how many DATA frames of it have come
 * under which epoch. The room's counts in WELCOME against these say what was missed, what was contradicted, and
 * what must be sent again, so that every input is taken in once.
 */
import { MAX_COUNT, type Welcome } from "@rockpool/protocol";
import { Acknowledger } from "./ack.ts";
import type { QueueOutcome, SendQueue } from "./queue.ts";
import type { Destination } from "./routing.ts";
import { readU32 } from "./u32.ts";

/** A seat that a later page can take again: plain JSON, for sessionStorage. Whoever has it can play as its player. */
export interface Seat {
  url: string;
  function: string;
  room: string;
  player: number;
  /** The newest resume token. */
  resume: string;
  /** DATA frames of this seat that have come. */
  received: number;
  epoch: number;
}

/** What happened to a seat that was resumed; all counts are of messages. */
export interface Resumption {
  /** From the room, and no longer kept by the node when the client came back: they never arrive. */
  missed: number;
  /** The latest so many that had arrived are void: the room went back to before it sent them. */
  rolledBack: number;
  /** To the room, and no longer kept by the client when the room turned out not to have them. */
  lost: number;
  epoch: number;
}

/** A new seat in the place of one that is gone. */
export interface Rejoining {
  player: number;
  /** The player of the seat that is gone. */
  previous: number;
  /** Messages to that seat that it had not acknowledged; they are not sent to the new one. */
  lost: number;
}

/** How a WELCOME relates to the seat before it; neither, where there was none. */
export type Entry = { resumed?: Resumption; rejoined?: Rejoining };

export class SeatHolder {
  readonly #place: { url: string; function: string; room: string };
  readonly #queue: SendQueue;
  readonly #acknowledger: Acknowledger;
  #seat: Seat | null;
  /** The latest player. */
  #player: number | null;
  /** Whether the queue holds messages to a seat that acknowledges them, be it lost since. */
  #isCounted: boolean;
  /** No WELCOME yet: the queue holds nothing that an earlier seat has counted. */
  #isFirst = true;

  /**
   * @param kept what another page held; used if it is a seat of the same room
   * @param send hands a frame to the connection
   */
  constructor(
    place: Destination,
    kept: unknown,
    queue: SendQueue,
    send: (frame: Uint8Array<ArrayBuffer>) => void,
  ) {
    const { url, function: name, room } = place;
    this.#place = { url, function: name, room };
    this.#queue = queue;
    this.#acknowledger = new Acknowledger(send);
    const seat = kept as Seat | null;
    const fits = isSeat(seat) && seat.url === url && seat.function === name && seat.room === room;
    this.#seat = fits ? { ...seat } : null;
    this.#player = fits ? seat.player : null;
    this.#isCounted = fits;
  }

  /** The seat to take again, if there is one. */
  get seat(): Seat | null {
    return this.#seat && { ...this.#seat };
  }

  /** Sets what a connection must ask for. */
  ask(query: URLSearchParams): void {
    for (const name of ["resume", "received", "epoch"] as const) {
      if (this.#seat) query.set(name, `${this.#seat[name]}`);
      else query.delete(name);
    }
  }

  /** The seat is gone: the next WELCOME will be for a new one. */
  forget(): void {
    this.#seat = null;
  }

  /** A node sent the client to another one, perhaps with the token for it. */
  moved(token: unknown): void {
    if (this.#seat && typeof token === "string") this.#seat.resume = token;
  }

  /** The connection is over. */
  disconnected(): void {
    this.#acknowledger.stop();
  }

  /** Notes a frame of DATA that `connected` says is sent or waits. */
  push(frame: Uint8Array<ArrayBuffer>, connected: boolean): QueueOutcome {
    // Nobody acknowledges what goes to a seat that ends with its connection.
    return connected && !this.#seat ? "sent" : this.#queue.push(frame, connected);
  }

  /** Notes an ACK; false when it cannot be right. */
  acknowledged(payload: Uint8Array): boolean {
    if (!this.#seat) return true;
    const count = readU32(payload);
    return count !== null && this.#queue.acknowledge(count);
  }

  /** Notes a DATA frame that came; false past the last number that a seat has. */
  received(): boolean {
    if (!this.#seat) return true;
    if (this.#seat.received === MAX_COUNT) return false;
    this.#acknowledger.received(++this.#seat.received);
    return true;
  }

  /** Takes a WELCOME in; null when it cannot be right. */
  enter(welcome: Welcome): Entry | null {
    const { player, resume, received = 0, sent = 0, epoch = 0 } = welcome;
    const had = this.#seat?.received ?? 0;
    const { valid = Math.min(had, sent) } = welcome;
    if (![player, received, sent, epoch, valid, had - valid, sent - valid].every(isU32)) return null;
    const entry = welcome.resumed
      ? this.#resume(received, { missed: sent - valid, rolledBack: had - valid, epoch })
      : this.#join(player);
    this.#isFirst = false;
    this.#player = player;
    this.#isCounted = typeof resume === "string";
    this.#seat = this.#isCounted ? { ...this.#place, player, resume: resume!, received: sent, epoch } : null;
    return entry;
  }

  /** What the room must be sent after its WELCOME, oldest first. */
  unsent(): readonly Uint8Array<ArrayBuffer>[] {
    const { frames } = this.#queue;
    if (!this.#seat) this.#queue.clear();
    return frames;
  }

  #resume(received: number, known: Omit<Resumption, "lost">): Entry | null {
    if (!this.#seat) return null;
    // What an earlier page sent and the room did not get went with that page.
    if (this.#isFirst) this.#queue.renumber(received);
    const lost = this.#queue.resume(received);
    return lost === null ? null : { resumed: { ...known, lost } };
  }

  #join(player: number): Entry {
    // What was meant for one seat must not reach another, where the game may have begun anew.
    const lost = this.#isCounted ? this.#queue.clear() : 0;
    this.#queue.renumber(0);
    const previous = this.#player;
    return previous === null ? {} : { rejoined: { player, previous, lost } };
  }
}

/** What a page kept may have been written by another version, or by someone else. */
function isSeat(kept: Seat | null): kept is Seat {
  return typeof kept?.resume === "string" && [kept.player, kept.received, kept.epoch].every(isU32);
}

function isU32(value: unknown): boolean {
  return (value as number) >>> 0 === value;
}
