/**
 * Players who come back, go away and leave. A seat whose connection is lost is kept for the grace period; the
 * game hears `drop`, and `rejoin` when the player is back in time. A player leaves once, whatever else happens:
 * by asking, by a kick, when grace ends, or with the room.
 */
import { CloseCode } from "@rockpool/protocol";
import type { Outcome } from "../instance/outcome.ts";
import { LeaveReason } from "../instance/roomGuest.ts";
import { InputKind } from "../journal/inputs.ts";
import { monotonicMs } from "./clock.ts";
import type { RoomRecord } from "./durable/roomRecord.ts";
import type { PlayerLink } from "./link.ts";
import type { RoomMachine } from "./roomMachine.ts";
import type { SendWelcome } from "./roomOrigin.ts";
import type { RoomSchedule } from "./schedule.ts";
import type { PlayerSeat } from "./seat.ts";
import type { Turns } from "./turn.ts";

/** The room that players are in. */
export interface PresenceRoom {
  readonly open: boolean;
  readonly machine: RoomMachine;
  readonly record: RoomRecord;
  readonly schedule: RoomSchedule;
  readonly turns: Turns;
  whenFree(then: () => void): void;
  /** Runs an input of a player, writes it down when it is done, and lets its effects take place. */
  input(kind: InputKind, seat: PlayerSeat, run: () => Outcome, write: () => void): void;
  /** Somebody has left. */
  emptied(now: number): void;
}

export class Presence {
  readonly #room: PresenceRoom;

  constructor(room: PresenceRoom) {
    this.#room = room;
  }

  /**
   * Sends WELCOME, and what the player has not received.
   * @param received how many DATA frames of this seat the client has.
   */
  attach(seat: PlayerSeat, link: PlayerLink, received: number, welcome: SendWelcome): void {
    // A newer connection has the seat, or will.
    if (seat.coming !== link) return;
    seat.coming = null;
    if (!link.open) {
      this.lost(seat);
      return;
    }
    const { outgoing } = seat;
    seat.link = link;
    outgoing.acknowledge(Math.min(received, outgoing.sent));
    const before = outgoing.sent - outgoing.held;
    welcome(seat, before, received);
    outgoing.replay(before, (frame) => link.send(frame));
  }

  /** Gives a seat to a new connection of its player. */
  resume(seat: PlayerSeat, link: PlayerLink, received: number, welcome: SendWelcome): void {
    const { machine, record, schedule } = this.#room;
    const formers = [seat.link, seat.coming];
    seat.link = null;
    seat.coming = link;
    for (const former of formers)
      former?.close(CloseCode.Replaced, "the player connected again from elsewhere");
    seat.graceUntil = Number.POSITIVE_INFINITY;
    schedule.reckonGrace();
    // What WELCOME says was taken in, the client forgets.
    record.whenDurable(() => this.attach(seat, link, received, welcome));
    if (!seat.dropped) return;
    this.#input(
      InputKind.Rejoin,
      seat,
      () => machine.rejoin(seat),
      (ns) => record.history.journal.rejoin(ns, seat.player),
    );
  }

  /** The seat's connection is gone. */
  lost(seat: PlayerSeat): void {
    const { machine, open, schedule, turns } = this.#room;
    seat.link = null;
    if (!open || seat.leaving !== null) return;
    const { grace } = machine.state.manifest;
    if (grace === 0) {
      this.departing(seat, LeaveReason.timedOut);
      return;
    }
    seat.graceUntil = monotonicMs() + grace * 1000;
    schedule.reckonGrace();
    turns.depart({ depart: () => this.#room.whenFree(() => this.#dropped(seat)) });
  }

  #dropped(seat: PlayerSeat): void {
    const { machine, open, record } = this.#room;
    // The player may be back, or have left, before the turn came.
    if (!open || seat.leaving !== null || seat.dropped) return;
    if (seat.link !== null || seat.coming !== null) return;
    this.#input(
      InputKind.Drop,
      seat,
      () => machine.drop(seat),
      (ns) => record.history.journal.drop(ns, seat.player),
    );
  }

  /** Gives up the seats of those who have been away for too long. */
  graceEnded(now: number): void {
    for (const seat of this.#room.machine.state.seats.all()) {
      if (seat.graceUntil <= now) this.departing(seat, LeaveReason.timedOut);
    }
    this.#room.schedule.reckonGrace();
  }

  departing(seat: PlayerSeat, why: LeaveReason): void {
    if (seat.leaving !== null) return;
    seat.leaving = why;
    seat.graceUntil = Number.POSITIVE_INFINITY;
    this.#room.turns.depart(seat);
  }

  /** The turn of a departure has come. */
  departed(seat: PlayerSeat): void {
    this.#room.whenFree(() => this.#left(seat));
  }

  #left(seat: PlayerSeat): void {
    const { machine, record, schedule } = this.#room;
    if (!this.#room.open) return;
    const why = seat.leaving ?? LeaveReason.left;
    this.#input(
      InputKind.Leave,
      seat,
      () => machine.leave(seat, why),
      (ns) => record.history.journal.leave(ns, seat.player, why),
    );
    schedule.reckonGrace();
    this.#room.emptied(monotonicMs());
  }

  #input(kind: InputKind, seat: PlayerSeat, run: () => Outcome, write: (ns: number) => void): void {
    const { time } = this.#room.machine.state;
    time.follow(monotonicMs());
    this.#room.input(kind, seat, run, () => write(time.ns));
  }
}
