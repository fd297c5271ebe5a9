/**
 * A room: a guest, its seats and its time. Each input is one turn: the guest's callback, then, only if it
 * returned, its effects in order. A callback that faults leaves no effect and ends the room with 4003.
 */
import { CloseCode } from "@rockpool/protocol";
import type { Guest } from "../instance/guest.ts";
import type { Fault, Outcome } from "../instance/outcome.ts";
import { LeaveReason, RoomGuest } from "../instance/roomGuest.ts";
import { GuestLog, type Logger } from "../telemetry/guestLog.ts";
import { type Clock, monotonicMs, type Scheduled } from "./clock.ts";
import { failureText, reportFailure } from "./failure.ts";
import { HostCalls } from "./hostCalls.ts";
import type { PlayerLink } from "./link.ts";
import type { RoomMeters } from "./meters.ts";
import { Effect } from "./outbox.ts";
import { RoomState } from "./roomState.ts";
import { NOBODY, type PlayerSeat, type SeatedRoom } from "./seats.ts";
import type { RoomSummary } from "./summary.ts";
import { Ticker } from "./ticker.ts";
import type { Turns } from "./turn.ts";

/** What all rooms of a shard share. */
export interface RoomSurroundings {
  readonly shard: number;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly meters: RoomMeters;
  readonly logger: Logger;
}

/** How a room was made and what becomes of it. */
export interface RoomOrigin {
  readonly name: string;
  /** Digest of the function's component. */
  readonly version: string;
  readonly guest: Guest;
  readonly seed: Uint32Array;
  /** Called once, when the room is over and its guest is free. */
  readonly onEnd: (room: Room) => void;
}

export type JoinOutcome =
  | { joined: true; seat: PlayerSeat }
  | { joined: false; code: CloseCode; message: string };

export class Room implements SeatedRoom, Scheduled {
  due = 0;
  heapIndex = -1;
  readonly state: RoomState;
  readonly version: string;
  readonly guest: Guest;
  /** Fuel used since create. */
  fuel = 0;
  readonly #room: RoomGuest;
  readonly #host: HostCalls;
  readonly #around: RoomSurroundings;
  readonly #ticker: Ticker;
  readonly #onEnd: (room: Room) => void;
  readonly #born = monotonicMs();
  #open = true;
  /** When an empty room is over, in monotonic milliseconds. */
  #emptyUntil: number;

  constructor(origin: RoomOrigin, manifest: RoomState["manifest"], around: RoomSurroundings) {
    this.#around = around;
    this.#onEnd = origin.onEnd;
    this.version = origin.version;
    this.state = new RoomState(origin.name, manifest, origin.seed, this.#born);
    const log = new GuestLog(
      around.logger,
      manifest.name,
      origin.name,
      manifest.limits.logBytes,
      around.meters,
    );
    this.#host = new HostCalls(this.state, around.turns.outbox, log);
    this.guest = origin.guest;
    this.guest.host = this.#host;
    this.#room = new RoomGuest(this.guest);
    this.#ticker = new Ticker(around.meters, this.state.time);
    this.#emptyUntil = this.#born + manifest.emptyTtl * 1000;
  }

  get open(): boolean {
    return this.#open;
  }

  get messageRate(): number {
    return this.state.manifest.limits.messageRate;
  }

  get frameBytes(): number {
    return this.state.manifest.limits.frameBytes;
  }

  /** Runs the game's `create`. Unless it is done the room is over, quietly: nobody is in it yet. */
  create(config: Uint8Array): Outcome {
    const now = monotonicMs();
    this.#begin();
    const outcome = this.#room.create(config);
    if (outcome.status === "done") {
      this.#ticker.setRate(this.state.tickRate, now);
      this.#commit(now);
      this.#around.turns.end();
      this.#reschedule();
    } else {
      this.#discard();
      if (outcome.status === "fault") this.#report(outcome, null);
      this.#finish();
    }
    return outcome;
  }

  /**
   * Runs the game's `join` with the next player id.
   * @param welcome sends WELCOME; it runs after the game agreed and before anything the game sends.
   */
  join(link: PlayerLink, welcome: (seat: PlayerSeat) => void): JoinOutcome {
    const now = monotonicMs();
    const seat = this.state.seats.take(this, link);
    this.state.time.follow(now);
    this.#begin();
    const outcome = this.#room.join(seat.player, []);
    if (outcome.status === "done") {
      welcome(seat);
      this.#commit(now);
      this.#around.turns.end();
      this.#reschedule();
      return { joined: true, seat };
    }
    this.state.seats.remove(seat);
    seat.leaving = LeaveReason.left;
    if (outcome.status === "fault") {
      this.#fail(outcome, seat.player);
      return { joined: false, code: CloseCode.RoomFailed, message: failureText(outcome) };
    }
    this.#discard();
    this.#emptied(now);
    return { joined: false, code: CloseCode.JoinRefused, message: outcome.reason };
  }

  receive(seat: PlayerSeat, frame: Uint8Array): void {
    const now = monotonicMs();
    if (now >= this.#around.clock.nextDue) this.#around.clock.runDue(now);
    if (!this.#open || seat.leaving !== null) return;
    this.state.time.follow(now);
    this.#begin();
    this.#settle(this.#room.message(seat.player, frame, 1), now, seat.player);
  }

  departing(seat: PlayerSeat, why: LeaveReason): void {
    if (seat.leaving !== null) return;
    seat.leaving = why;
    this.#around.turns.depart(seat);
  }

  departed(seat: PlayerSeat): void {
    if (!this.#open) return;
    this.state.seats.remove(seat);
    const now = monotonicMs();
    this.state.time.follow(now);
    this.#begin();
    this.#settle(this.#room.leave(seat.player, seat.leaving ?? LeaveReason.left), now, seat.player);
    this.#emptied(now);
  }

  /** Called by the clock: one tick, one timer, or the end of an empty room; whichever is due first. */
  run(now: number): void {
    const { timers, seats, time } = this.state;
    if (timers.nextDue <= now && timers.nextDue <= this.#ticker.due) {
      time.follow(now);
      this.#begin();
      this.#settle(this.#room.timer(timers.takeFirst()), now, null);
    } else if (this.#ticker.due <= now) {
      this.#ticker.start(now);
      this.#begin();
      this.#settle(this.#room.tick(this.#ticker.periodMs), now, null);
      this.#ticker.stop(now);
    } else if (seats.size === 0 && this.#emptyUntil <= now) {
      this.end(CloseCode.RoomEnded, "the room was empty");
    }
    this.#reschedule();
  }

  /** Keeps an empty room for someone who is expected, until `until` (monotonic milliseconds). */
  keepUntil(until: number): void {
    if (until > this.#emptyUntil) this.#emptyUntil = until;
    this.#reschedule();
  }

  /** Ends the room in good order: `leave` for each player when the node drains, `close`, then the links. */
  end(code: CloseCode, message: string): void {
    if (!this.#open) return;
    const seats = this.state.seats.all();
    if (code === CloseCode.Draining) for (const seat of seats) this.departing(seat, LeaveReason.draining);
    if (!this.#open) {
      closeLinks(seats, code, message);
      return;
    }
    this.#begin();
    const outcome = this.#room.close();
    if (outcome.status === "fault") {
      this.#fail(outcome, null);
    } else {
      this.#commit(monotonicMs());
      this.#closeAll(seats, code, message);
    }
  }

  summary(): RoomSummary {
    const { name, manifest, seats, locked, tickRate, listing } = this.state;
    return {
      function: manifest.name,
      room: name,
      shard: this.#around.shard,
      version: this.version,
      players: seats.size,
      maxPlayers: manifest.maxPlayers,
      locked,
      tickRate,
      listing: listing.entries(),
      ageMs: Math.round(monotonicMs() - this.#born),
      fuel: this.fuel,
      ticks: this.#ticker.ticks,
      ticksDropped: this.#ticker.dropped,
    };
  }

  #begin(): void {
    this.#around.turns.begin();
    this.#host.begin();
  }

  /** Ends the turn of a callback that has no result of its own. */
  #settle(outcome: Outcome, now: number, player: number | null): void {
    if (outcome.status === "fault") {
      this.#fail(outcome, player);
      return;
    }
    this.#commit(now);
    this.#around.turns.end();
  }

  #charge(): void {
    this.fuel += this.guest.fuelUsed;
    this.#around.meters.fuel += this.guest.fuelUsed;
  }

  #discard(): void {
    this.#charge();
    this.state.settle(false);
    this.#around.turns.end();
  }

  /** Lets the effects of the callback take place, in the order in which it asked for them. */
  #commit(now: number): void {
    this.#charge();
    this.state.settle(true);
    const { outbox } = this.#around.turns;
    const { state } = this;
    let ending = false;
    let moved = false;
    for (let i = 0; i < outbox.count; i++) {
      const subject = outbox.subject(i);
      switch (outbox.kind(i)) {
        case Effect.Send:
          state.seats.send(subject, outbox.frame(i));
          break;
        case Effect.Broadcast:
          state.seats.broadcast(outbox.frame(i), NOBODY);
          break;
        case Effect.BroadcastExcept:
          state.seats.broadcast(outbox.frame(i), subject);
          break;
        case Effect.Kick:
          this.#kick(subject, outbox.reason(i));
          break;
        case Effect.SetTimer:
          state.timers.set(subject, now + outbox.value(i));
          moved = true;
          break;
        case Effect.ClearTimer:
          state.timers.clear(subject);
          moved = true;
          break;
        case Effect.SetTickRate:
          state.tickRate = subject;
          this.#ticker.setRate(subject, now);
          moved = true;
          break;
        case Effect.Lock:
          state.locked = subject === 1;
          break;
        case Effect.End:
          ending = true;
          break;
      }
    }
    if (ending)
      this.#around.turns.depart({ depart: () => this.end(CloseCode.RoomEnded, "the game ended the room") });
    if (moved) this.#reschedule();
  }

  #kick(player: number, reason: string): void {
    const seat = this.state.seats.get(player);
    if (seat === undefined || seat.leaving !== null) return;
    this.departing(seat, LeaveReason.kicked);
    seat.link.close(CloseCode.Kicked, reason);
  }

  #emptied(now: number): void {
    if (!this.#open || this.state.seats.size > 0) return;
    this.keepUntil(now + this.state.manifest.emptyTtl * 1000);
  }

  #reschedule(): void {
    if (!this.#open) return;
    const expiry = this.state.seats.size === 0 ? this.#emptyUntil : Number.POSITIVE_INFINITY;
    const due = Math.min(this.#ticker.due, this.state.timers.nextDue, expiry);
    if (due === Number.POSITIVE_INFINITY) this.#around.clock.cancel(this);
    else this.#around.clock.schedule(this, due);
  }

  #fail(fault: Fault, player: number | null): void {
    this.#report(fault, player);
    this.state.settle(false);
    this.#charge();
    this.#closeAll(this.state.seats.all(), CloseCode.RoomFailed, failureText(fault));
  }

  #report(fault: Fault, player: number | null): void {
    this.#around.meters.roomsFailed++;
    reportFailure(this.#around.logger, this.state, fault, player);
  }

  /** Marks the room over first, so that close handlers find nothing left to leave. */
  #closeAll(seats: PlayerSeat[], code: CloseCode, message: string): void {
    this.#finish();
    for (const seat of seats) seat.leaving ??= LeaveReason.left;
    closeLinks(seats, code, message);
    this.#around.turns.end();
  }

  #finish(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#around.clock.cancel(this);
    this.#onEnd(this);
  }
}

function closeLinks(seats: PlayerSeat[], code: CloseCode, message: string): void {
  for (const seat of seats) seat.link.close(code, message);
}
