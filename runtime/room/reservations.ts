/**
 * Seats promised over HTTP and not yet taken: a token holds one place in one room for a while. Tokens are
 * random, used once, and expire by themselves.
 */
import { randomBytes } from "node:crypto";
import type { Room } from "./room.ts";

/** As long as Colyseus holds a seat. */
export const RESERVATION_MS = 15_000;

interface Held {
  room: Room;
  until: number;
}

export class Reservations {
  readonly #byToken = new Map<string, Held>();

  /** Promises a place; returns its token. */
  hold(room: Room, now: number): string {
    this.#expire(now);
    const token = randomBytes(16).toString("base64url");
    const until = now + RESERVATION_MS;
    this.#byToken.set(token, { room, until });
    room.schedule.promiseUntil(until);
    return token;
  }

  /** Places of a room that are promised. */
  held(room: Room, now: number): number {
    this.#expire(now);
    let count = 0;
    for (const held of this.#byToken.values()) if (held.room === room) count++;
    return count;
  }

  /** Uses a token up; whether it was a promise for this room. */
  redeem(token: string, room: Room, now: number): boolean {
    this.#expire(now);
    if (this.#byToken.get(token)?.room !== room) return false;
    return this.#byToken.delete(token);
  }

  /** All promises last equally long, so the oldest stand first. */
  #expire(now: number): void {
    for (const [token, held] of this.#byToken) {
      if (held.until > now) return;
      this.#byToken.delete(token);
    }
  }
}
