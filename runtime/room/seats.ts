/** The seats of one room: who plays, and through which link. Ids are given in order and never reused. */
import type { LeaveReason } from "../instance/roomGuest.ts";
import type { PlayerLink } from "./link.ts";
import type { Seat } from "./lobby.ts";
import type { Departure } from "./turn.ts";

/** What a seat needs of its room. */
export interface SeatedRoom {
  readonly messageRate: number;
  readonly frameBytes: number;
  receive(seat: PlayerSeat, frame: Uint8Array): void;
  /** Asks for a departure; it happens when no turn is running. */
  departing(seat: PlayerSeat, why: LeaveReason): void;
  departed(seat: PlayerSeat): void;
}

const LEFT: LeaveReason = 0;
const TIMED_OUT: LeaveReason = 1;

export class PlayerSeat implements Seat, Departure {
  readonly player: number;
  readonly link: PlayerLink;
  readonly #room: SeatedRoom;
  /** Set once the player goes; from then on nothing is received or sent. */
  leaving: LeaveReason | null = null;

  constructor(room: SeatedRoom, player: number, link: PlayerLink) {
    this.#room = room;
    this.player = player;
    this.link = link;
  }

  get messageRate(): number {
    return this.#room.messageRate;
  }

  get frameBytes(): number {
    return this.#room.frameBytes;
  }

  receive(frame: Uint8Array): void {
    if (this.leaving === null) this.#room.receive(this, frame);
  }

  leave(): void {
    this.#room.departing(this, LEFT);
  }

  lost(): void {
    this.#room.departing(this, TIMED_OUT);
  }

  depart(): void {
    this.#room.departed(this);
  }
}

/** No player has this id: ids start at 1. */
export const NOBODY = 0;

export class Seats {
  readonly #byPlayer = new Map<number, PlayerSeat>();
  /** Ascending, because ids are given in order. */
  #ids: number[] = [];
  #nextPlayer = 1;

  get size(): number {
    return this.#ids.length;
  }

  /** Ids of all seated players in ascending order; valid until the next change. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  get(player: number): PlayerSeat | undefined {
    return this.#byPlayer.get(player);
  }

  /** A seat with the next id. */
  take(room: SeatedRoom, link: PlayerLink): PlayerSeat {
    const seat = new PlayerSeat(room, this.#nextPlayer++, link);
    this.#byPlayer.set(seat.player, seat);
    this.#ids.push(seat.player);
    return seat;
  }

  /**
   * Sends a frame to one player. A send may close its link and so make the seat leave; seats are removed only
   * after the turn, so loops over them stay valid.
   */
  send(player: number, frame: Uint8Array): void {
    const seat = this.#byPlayer.get(player);
    if (seat !== undefined && seat.leaving === null) seat.link.send(frame);
  }

  /** Sends a frame to everyone but `except` (or {@link NOBODY}). */
  broadcast(frame: Uint8Array, except: number): void {
    for (let i = 0; i < this.#ids.length; i++) {
      const player = this.#ids[i]!;
      if (player !== except) this.send(player, frame);
    }
  }

  remove(seat: PlayerSeat): void {
    if (!this.#byPlayer.delete(seat.player)) return;
    this.#ids.splice(this.#ids.indexOf(seat.player), 1);
  }

  /** A copy, safe to walk while seats are removed. */
  all(): PlayerSeat[] {
    return [...this.#byPlayer.values()];
  }
}
