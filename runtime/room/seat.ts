/**
 * One player's seat. It outlives its connection: a seat whose link is lost is kept for the function's grace
 * period, counts and keeps what the room sends, and is taken again by a link that shows the resume token.
 *
 * What the guest can notice of a seat, and the counts, are state of the room: a replay of the room's inputs
 * rebuilds them. The link, the deadline and what is owed to the client are not.
 */
import type { LeaveReason } from "../instance/roomGuest.ts";
import type { PlayerLink } from "./link.ts";
import type { Seat } from "./lobby.ts";
import { Outgoing } from "./outgoing.ts";
import type { Departure } from "./turn.ts";

/** What a seat needs of its room. */
export interface SeatedRoom {
  readonly messageRate: number;
  readonly frameBytes: number;
  receive(seat: PlayerSeat, frame: Uint8Array): void;
  /** Asks for a departure; it happens when no turn is running. */
  departing(seat: PlayerSeat, why: LeaveReason): void;
  departed(seat: PlayerSeat): void;
  /** The seat's connection is gone. */
  disconnected(seat: PlayerSeat): void;
}

const LEFT: LeaveReason = 0;

export class PlayerSeat implements Seat, Departure {
  readonly player: number;
  readonly outgoing: Outgoing;
  /** The connection; null while the player is away. */
  link: PlayerLink | null = null;
  /** The newest connection that waits for its WELCOME, while what that says becomes durable. */
  coming: PlayerLink | null = null;
  /** Until when an absent player's seat is kept, in monotonic milliseconds; infinity while it is present. */
  graceUntil = Number.POSITIVE_INFINITY;
  /** Whether the game was told that the player is away (`drop`), and not yet that it is back. */
  dropped = false;
  /** DATA frames taken in. */
  received = 0;
  /** Inputs of this player that made the guest fail. */
  strikes = 0;
  /** Serial number of the newest resume token. */
  serial = 0;
  /** The oldest serial number that is still good: the previous token is until the first frame. */
  oldestSerial = 0;
  /** Set once the player goes; from then on nothing is received or sent. */
  leaving: LeaveReason | null = null;
  /**
   * How many of the frames sent before the room went back to an earlier state are still true; see resuming.ts.
   * Infinity once the client has shown that it knows.
   */
  agreed = Number.POSITIVE_INFINITY;
  /** How many of its inputs may be acknowledged, and whether a late ACK is about to say so. */
  acknowledgeable = 0;
  ackOwed = false;
  /** What the last ACK said, and when it was sent, in monotonic milliseconds. */
  acknowledged = 0;
  acknowledgedAt = 0;
  /** Whether its room waits for its inputs to become durable. */
  flushOwed = false;
  readonly #room: SeatedRoom;

  /** @param resumeBytes of sent frames kept for a resume. */
  constructor(room: SeatedRoom, player: number, resumeBytes: number) {
    this.#room = room;
    this.player = player;
    this.outgoing = new Outgoing(resumeBytes);
  }

  get messageRate(): number {
    return this.#room.messageRate;
  }

  get frameBytes(): number {
    return this.#room.frameBytes;
  }

  /** Sends a DATA frame, now or after a resume. */
  send(frame: Uint8Array): void {
    if (this.leaving !== null) return;
    this.outgoing.push(frame);
    this.link?.send(frame);
  }

  receive(frame: Uint8Array): void {
    // A client that sends has its WELCOME, so the token before the one in it is not needed any more.
    this.oldestSerial = this.serial;
    if (this.leaving === null) this.#room.receive(this, frame);
  }

  leave(): void {
    this.#room.departing(this, LEFT);
  }

  /** A connection is gone; it means nothing when a newer one took the seat. */
  lost(link: PlayerLink): void {
    if (this.coming === link) this.coming = null;
    else if (this.link !== link) return;
    this.#room.disconnected(this);
  }

  /** The client has received so many frames; false when it cannot have. */
  acknowledge(count: number): boolean {
    this.agreed = Number.POSITIVE_INFINITY;
    return this.outgoing.acknowledge(count);
  }

  depart(): void {
    this.#room.departed(this);
  }
}
