/** The seats of one room: who plays. Ids are given in order and never reused. */
import { PlayerSeat, type SeatedRoom } from "./seat.ts";

/** No player has this id: ids start at 1. */
export const NOBODY = 0;

export class Seats {
  readonly #byPlayer = new Map<number, PlayerSeat>();
  /** Ascending, because ids are given in order. */
  #ids: number[] = [];
  /** The id that the next player gets. */
  nextPlayer = 1;

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

  /** Puts a seat back that was stored. Seats are put back in ascending order of their players. */
  restore(room: SeatedRoom, player: number, resumeBytes: number): PlayerSeat {
    const seat = new PlayerSeat(room, player, resumeBytes);
    this.#byPlayer.set(player, seat);
    this.#ids.push(player);
    return seat;
  }

  /** A seat with the next id. @param resumeBytes of sent frames that it keeps for a resume. */
  take(room: SeatedRoom, resumeBytes: number): PlayerSeat {
    return this.restore(room, this.nextPlayer++, resumeBytes);
  }

  /**
   * Sends a frame to one player. A send may close its link and so make the player leave; seats are removed only
   * after the turn, so loops over them stay valid.
   */
  send(player: number, frame: Uint8Array): void {
    this.#byPlayer.get(player)?.send(frame);
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

  /** When the first absent player's grace ends, in monotonic milliseconds; infinity when nobody is away. */
  get nextGraceEnd(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const seat of this.#byPlayer.values()) first = Math.min(first, seat.graceUntil);
    return first;
  }
}
