/**
 * A live room: a machine, its players' connections and its time. Each input is one turn: the guest's callback,
 * then, only if it returned, its effects in order.
 */
import { CloseCode } from "@rockpool/protocol";
import type { Guest } from "../instance/guest.ts";
import type { Fault, Outcome } from "../instance/outcome.ts";
import { LeaveReason } from "../instance/roomGuest.ts";
import { GuestLog, type Logger } from "../telemetry/guestLog.ts";
import type { Acks } from "./acks.ts";
import type { Arrears } from "./arrears.ts";
import { type Clock, monotonicMs } from "./clock.ts";
import type { EffectTarget } from "./effects.ts";
import { failureText, reportFailure } from "./failure.ts";
import type { PlayerLink } from "./link.ts";
import type { RoomMeters } from "./meters.ts";
import { RoomMachine } from "./roomMachine.ts";
import { type RoomIdentity, RoomState } from "./roomState.ts";
import { RoomSchedule, type ScheduledRoom } from "./schedule.ts";
import type { PlayerSeat, SeatedRoom } from "./seat.ts";
import type { RoomSummary } from "./summary.ts";
import type { Turns } from "./turn.ts";

/** What all rooms of a shard share. */
export interface RoomSurroundings {
  readonly shard: number;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly acks: Acks;
  readonly meters: RoomMeters;
  readonly arrears: Arrears;
  readonly logger: Logger;
  /** Milliseconds of the shard's time for each tick of a room. */
  readonly tickShareMs: number;
}

/** How a room was made and what becomes of it. */
export interface RoomOrigin {
  readonly identity: RoomIdentity;
  /** Digest of the function's component. */
  readonly version: string;
  readonly guest: Guest;
  /** Called once, when the room is over and its guest is free. */
  readonly onEnd: (room: Room) => void;
}

export type JoinOutcome =
  | { joined: true; seat: PlayerSeat }
  | { joined: false; code: CloseCode; message: string };

/** Sends WELCOME to a seat's connection; `sent` is the number of the last DATA frame before those that follow. */
export type SendWelcome = (seat: PlayerSeat, sent: number) => void;

export class Room implements SeatedRoom, ScheduledRoom, EffectTarget {
  readonly state: RoomState;
  readonly version: string;
  readonly schedule: RoomSchedule;
  readonly #machine: RoomMachine;
  readonly #around: RoomSurroundings;
  readonly #onEnd: (room: Room) => void;
  readonly #born = monotonicMs();
  #open = true;

  constructor(origin: RoomOrigin, manifest: RoomState["manifest"], around: RoomSurroundings) {
    this.#around = around;
    this.#onEnd = origin.onEnd;
    this.version = origin.version;
    this.state = new RoomState(origin.identity, manifest, this.#born);
    const { arrears, clock, logger, meters, tickShareMs, turns } = around;
    const log = new GuestLog(logger, manifest.name, origin.identity.name, manifest.limits.logBytes, meters);
    this.#machine = new RoomMachine(this.state, origin.guest, turns.outbox, log);
    this.schedule = new RoomSchedule(this, this.state, clock, meters, arrears, tickShareMs, this.#born);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Fuel used since create. */
  get fuel(): number {
    return this.#machine.fuel;
  }

  get guest(): Guest {
    return this.#machine.guest;
  }

  get messageRate(): number {
    return this.state.manifest.limits.messageRate;
  }

  get frameBytes(): number {
    return this.state.manifest.limits.frameBytes;
  }

  /** Runs the game's `create`. Unless it is done the room is over, quietly: nobody is in it yet. */
  create(config: Uint8Array): Outcome {
    this.#around.turns.begin();
    const outcome = this.#machine.create(config);
    if (outcome.status === "done") {
      this.#commit();
      this.schedule.retime(monotonicMs());
    } else {
      this.#around.meters.fuel += this.#machine.lastFuel;
      this.#around.turns.end();
      if (outcome.status === "fault") this.#report(outcome, null);
      this.#finish();
    }
    return outcome;
  }

  /**
   * Runs the game's `join` with the next player id.
   * @param welcome runs after the game agreed and before anything the game sends.
   */
  join(link: PlayerLink, welcome: SendWelcome): JoinOutcome {
    const now = monotonicMs();
    this.state.time.follow(now);
    this.#around.turns.begin();
    const { outcome, seat } = this.#machine.join(this);
    if (outcome.status === "done") {
      this.#attach(seat, link, 0, welcome);
      this.#commit();
      this.schedule.update();
      return { joined: true, seat };
    }
    seat.leaving = LeaveReason.left;
    if (outcome.status === "fault") {
      this.#fail(outcome, seat.player);
      return { joined: false, code: CloseCode.RoomFailed, message: failureText(outcome) };
    }
    this.#around.meters.fuel += this.#machine.lastFuel;
    this.#around.turns.end();
    this.#emptied(now);
    return { joined: false, code: CloseCode.JoinRefused, message: outcome.reason };
  }

  /** Gives a seat to a new connection of its player, and what the player has missed. */
  resume(seat: PlayerSeat, link: PlayerLink, received: number, welcome: SendWelcome): void {
    const former = seat.link;
    seat.link = null;
    former?.close(CloseCode.Replaced, "the player connected again from elsewhere");
    seat.graceUntil = Number.POSITIVE_INFINITY;
    this.#attach(seat, link, received, welcome);
    this.schedule.reckonGrace();
    if (!seat.dropped) return;
    const now = monotonicMs();
    this.state.time.follow(now);
    this.#around.turns.begin();
    this.#settle(this.#machine.rejoin(seat), seat.player);
  }

  /** @param received how many DATA frames of this seat the client has. */
  #attach(seat: PlayerSeat, link: PlayerLink, received: number, welcome: SendWelcome): void {
    seat.link = link;
    seat.agreed = Number.POSITIVE_INFINITY;
    seat.outgoing.acknowledge(Math.min(received, seat.outgoing.sent));
    const before = seat.outgoing.sent - seat.outgoing.held;
    welcome(seat, before);
    seat.outgoing.replay(before, (frame) => link.send(frame));
  }

  receive(seat: PlayerSeat, frame: Uint8Array): void {
    const now = this.#around.clock.catchUp();
    if (!this.#open || seat.leaving !== null) return;
    this.state.time.follow(now);
    this.#around.turns.begin();
    this.#settle(this.#machine.message(seat, frame, 1), seat.player);
    if (!this.#open) return;
    this.#around.acks.owe(seat, seat.received);
    this.schedule.spend(now, false);
    if (this.schedule.beyondHelp) this.#failOverTime(seat.player);
  }

  disconnected(seat: PlayerSeat): void {
    seat.link = null;
    if (seat.leaving !== null) return;
    const { grace } = this.state.manifest;
    if (grace === 0) {
      this.departing(seat, LeaveReason.timedOut);
      return;
    }
    seat.graceUntil = monotonicMs() + grace * 1000;
    this.schedule.reckonGrace();
    this.#around.turns.depart({ depart: () => this.#dropped(seat) });
  }

  #dropped(seat: PlayerSeat): void {
    // It may be back, or have left, before the turn came.
    if (!this.#open || seat.leaving !== null || seat.link !== null || seat.dropped) return;
    this.state.time.follow(monotonicMs());
    this.#around.turns.begin();
    this.#settle(this.#machine.drop(seat), seat.player);
  }

  graceEnded(now: number): void {
    for (const seat of this.state.seats.all()) {
      if (seat.graceUntil <= now) this.departing(seat, LeaveReason.timedOut);
    }
  }

  departing(seat: PlayerSeat, why: LeaveReason): void {
    if (seat.leaving !== null) return;
    seat.leaving = why;
    this.#around.turns.depart(seat);
  }

  departed(seat: PlayerSeat): void {
    if (!this.#open) return;
    const now = monotonicMs();
    this.state.time.follow(now);
    this.#around.turns.begin();
    this.#settle(this.#machine.leave(seat, seat.leaving ?? LeaveReason.left), seat.player);
    this.schedule.reckonGrace();
    this.#emptied(now);
  }

  tick(periodMs: number): void {
    this.#around.turns.begin();
    this.#settle(this.#machine.tick(periodMs), null);
  }

  timer(id: number, now: number): void {
    this.state.time.follow(now);
    this.#around.turns.begin();
    this.#settle(this.#machine.timer(id), null);
  }

  expire(): void {
    this.end(CloseCode.RoomEnded, "the room was empty");
  }

  kick(player: number, reason: string): void {
    const seat = this.state.seats.get(player);
    if (seat === undefined || seat.leaving !== null) return;
    this.departing(seat, LeaveReason.kicked);
    seat.link?.close(CloseCode.Kicked, reason);
  }

  endLater(): void {
    this.#around.turns.depart({ depart: () => this.end(CloseCode.RoomEnded, "the game ended the room") });
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
    this.#around.turns.begin();
    const outcome = this.#machine.close();
    if (outcome.status === "fault") {
      this.#fail(outcome, null);
    } else {
      this.#around.meters.fuel += this.#machine.lastFuel;
      this.#machine.apply(this);
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
      ticks: this.schedule.ticker.ticks,
      ticksDropped: this.schedule.ticker.dropped,
      ticksSkipped: this.schedule.ticker.skipped,
    };
  }

  /** Ends the turn of a callback that has no result of its own. */
  #settle(outcome: Outcome, player: number | null): void {
    if (outcome.status === "fault") this.#fail(outcome, player);
    else this.#commit();
  }

  /** Lets the effects of the callback take place, in the order in which it asked for them. */
  #commit(): void {
    this.#around.meters.fuel += this.#machine.lastFuel;
    const retimed = this.#machine.apply(this);
    if (retimed) this.schedule.retime(monotonicMs());
    this.#around.turns.end();
  }

  #emptied(now: number): void {
    if (this.#open && this.state.seats.size === 0) this.schedule.emptySince(now);
  }

  #failOverTime(player: number): void {
    const message = "its messages took far more time than its share; see tickShareMs";
    const fault: Fault = { status: "fault", code: "over-time", callback: "message", message };
    this.#report(fault, player);
    this.#closeAll(this.state.seats.all(), CloseCode.RoomFailed, failureText(fault));
  }

  #fail(fault: Fault, player: number | null): void {
    this.#around.meters.fuel += this.#machine.lastFuel;
    this.#report(fault, player);
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
    this.schedule.stop();
    this.#onEnd(this);
  }
}

function closeLinks(seats: PlayerSeat[], code: CloseCode, message: string): void {
  for (const seat of seats) seat.link?.close(code, message);
}
