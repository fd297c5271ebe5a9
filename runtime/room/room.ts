/**
 * A room: a guest, its seats and its time. Each input is one turn: the guest's callback, then, only if it
 * returned, its effects in order. A callback that faults leaves no effect and ends the room with 4003.
 */
import { CloseCode } from "@rockpool/protocol";
import type { Guest } from "../instance/guest.ts";
import type { Fault, Outcome } from "../instance/outcome.ts";
import { LeaveReason, RoomGuest } from "../instance/roomGuest.ts";
import { GuestLog, type Logger } from "../telemetry/guestLog.ts";
import { type Clock, monotonicMs } from "./clock.ts";
import { applyEffects, type EffectTarget } from "./effects.ts";
import { failureText, reportFailure } from "./failure.ts";
import { HostCalls } from "./hostCalls.ts";
import type { PlayerLink } from "./link.ts";
import type { RoomMeters } from "./meters.ts";
import { RoomState } from "./roomState.ts";
import { RoomSchedule, type ScheduledRoom } from "./schedule.ts";
import type { PlayerSeat, SeatedRoom } from "./seats.ts";
import type { RoomSummary } from "./summary.ts";
import type { Turns } from "./turn.ts";

/** What all rooms of a shard share. */
export interface RoomSurroundings {
  readonly shard: number;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly meters: RoomMeters;
  readonly logger: Logger;
  /** Milliseconds of the shard's time for each tick of a room. */
  readonly tickShareMs: number;
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

export class Room implements SeatedRoom, ScheduledRoom, EffectTarget {
  readonly state: RoomState;
  readonly version: string;
  readonly guest: Guest;
  /** Fuel used since create. */
  fuel = 0;
  readonly #room: RoomGuest;
  readonly #host: HostCalls;
  readonly #around: RoomSurroundings;
  readonly schedule: RoomSchedule;
  readonly #onEnd: (room: Room) => void;
  readonly #born = monotonicMs();
  #open = true;

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
    const { clock, meters, tickShareMs } = around;
    this.schedule = new RoomSchedule(this, this.state, clock, meters, tickShareMs, this.#born);
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
      this.schedule.setTickRate(this.state.tickRate, now);
      this.#commit(now);
      this.#around.turns.end();
      this.schedule.update();
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
      this.schedule.update();
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
    const now = this.#around.clock.catchUp();
    if (!this.#open || seat.leaving !== null) return;
    this.state.time.follow(now);
    this.#begin();
    this.#settle(this.#room.message(seat.player, frame, 1), now, seat.player);
    this.schedule.spend(now, false);
    if (this.#open && this.schedule.beyondHelp) this.#failOverTime(seat.player);
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

  tick(periodMs: number, now: number): void {
    this.#begin();
    this.#settle(this.#room.tick(periodMs), now, null);
  }

  timer(id: number, now: number): void {
    this.state.time.follow(now);
    this.#begin();
    this.#settle(this.#room.timer(id), now, null);
  }

  expire(): void {
    this.end(CloseCode.RoomEnded, "the room was empty");
  }

  kick(player: number, reason: string): void {
    const seat = this.state.seats.get(player);
    if (seat === undefined || seat.leaving !== null) return;
    this.departing(seat, LeaveReason.kicked);
    seat.link.close(CloseCode.Kicked, reason);
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
      ticks: this.schedule.ticker.ticks,
      ticksDropped: this.schedule.ticker.dropped,
      ticksSkipped: this.schedule.ticker.skipped,
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

  #count(): void {
    this.fuel += this.guest.fuelUsed;
    this.#around.meters.fuel += this.guest.fuelUsed;
  }

  #discard(): void {
    this.#count();
    this.state.settle(false);
    this.#around.turns.end();
  }

  /** Lets the effects of the callback take place, in the order in which it asked for them. */
  #commit(now: number): void {
    this.#count();
    this.state.settle(true);
    applyEffects(this.#around.turns.outbox, this, now);
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
    this.#report(fault, player);
    this.state.settle(false);
    this.#count();
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
  for (const seat of seats) seat.link.close(code, message);
}
