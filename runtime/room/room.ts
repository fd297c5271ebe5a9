/**
 * A live room: a machine, its players' connections, its time and its record. Each input is one turn: the
 * guest's callback, then, only if it returned, its effects in order. An input that fails is taken back: while
 * the guest is brought to the state before it, further inputs wait.
 */
import { CloseCode } from "@rockpool/protocol";
import type { Guest } from "../instance/guest.ts";
import type { Fault, Outcome } from "../instance/outcome.ts";
import { LeaveReason } from "../instance/roomGuest.ts";
import { InputKind } from "../journal/inputs.ts";
import type { HostState } from "../snapshot/hostState.ts";
import { GuestLog, type Logger } from "../telemetry/guestLog.ts";
import type { Acks } from "./acks.ts";
import type { Arrears } from "./arrears.ts";
import { type Clock, monotonicMs } from "./clock.ts";
import type { Durability } from "./durable/durability.ts";
import type { RoomHistory } from "./durable/history.ts";
import { Rollback } from "./durable/rollback.ts";
import { RoomRecord } from "./durable/roomRecord.ts";
import type { EffectTarget } from "./effects.ts";
import { failureText, faultText, reportFailure, reportRollback } from "./failure.ts";
import type { PlayerLink } from "./link.ts";
import type { RoomMeters } from "./meters.ts";
import { RoomMachine } from "./roomMachine.ts";
import type { RoomState } from "./roomState.ts";
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
  readonly durability: Durability;
  readonly meters: RoomMeters;
  readonly arrears: Arrears;
  readonly logger: Logger;
  /** Milliseconds of the shard's time for each tick of a room. */
  readonly tickShareMs: number;
}

/** How a room was made and what becomes of it. */
export interface RoomOrigin {
  /** A state in which nothing has happened, or that was restored. */
  readonly state: RoomState;
  readonly history: RoomHistory;
  /** Digest of the function's component. */
  readonly version: string;
  /** Key of the network address that made it. */
  readonly address: string;
  readonly guest: Guest;
  /** A pristine instance of the same image, for a rollback. */
  readonly claim: () => Guest;
  /** Takes back an instance that the room does not use any more. */
  readonly release: (guest: Guest) => void;
  /** Called once, when the room is over and its guest is released. */
  readonly onEnd: (room: Room) => void;
}

export type JoinOutcome =
  | { joined: true; seat: PlayerSeat }
  | { joined: false; code: CloseCode; message: string };

/**
 * Sends WELCOME to a seat's connection.
 * @param sent the number of the last DATA frame before those that follow.
 * @param valid how many of the frames that the client has received still stand.
 */
export type SendWelcome = (seat: PlayerSeat, sent: number, valid: number) => void;

/** How long a slice of a rollback may keep the loop, in milliseconds, and when the next one follows. */
const ROLLBACK_SLICE_MS = 1;
const ROLLBACK_PAUSE_MS = 1;
/** How long a failure counts, in nanoseconds of room time. */
const FAULT_WINDOW_NS = 60e9;
/** Inputs of one player that may fail before the player is kicked. */
const MAX_STRIKES = 1;

export class Room implements SeatedRoom, ScheduledRoom, EffectTarget {
  readonly state: RoomState;
  readonly version: string;
  readonly schedule: RoomSchedule;
  readonly record: RoomRecord;
  readonly #origin: RoomOrigin;
  readonly #machine: RoomMachine;
  readonly #around: RoomSurroundings;
  readonly #log: GuestLog;
  readonly #born = monotonicMs();
  #faults: number[] = [];
  #rollback: { replay: Rollback; fault: Fault; kind: InputKind; subject: number } | null = null;
  /** Inputs that came during a rollback. */
  #waiting: (() => void)[] = [];
  #open = true;

  constructor(origin: RoomOrigin, around: RoomSurroundings) {
    this.#origin = origin;
    this.#around = around;
    this.version = origin.version;
    this.state = origin.state;
    const { name, manifest } = origin.state;
    const { acks, arrears, clock, durability, logger, meters, tickShareMs, turns } = around;
    this.#log = new GuestLog(logger, manifest.name, name, manifest.limits.logBytes, meters);
    this.#machine = new RoomMachine(this.state, origin.guest, turns.outbox, this.#log);
    this.schedule = new RoomSchedule(this, this.state, clock, meters, arrears, tickShareMs, this.#born);
    this.record = new RoomRecord(origin.history, this.#machine, durability, acks, () => this.#counts());
  }

  /** Key of the network address that made it. */
  get address(): string {
    return this.#origin.address;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Whether inputs wait for a rollback. */
  get busy(): boolean {
    return this.#rollback !== null;
  }

  get machine(): RoomMachine {
    return this.#machine;
  }

  /** Fuel used since create. */
  get fuel(): number {
    return this.#machine.fuel;
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
      this.#origin.history.journal.create(0, config);
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

  /** Takes over what was counted of it before. */
  restored(host: HostState): void {
    const { ticker } = this.schedule;
    this.#machine.fuel = host.fuel;
    this.#faults = [...host.faults];
    ticker.ticks = host.ticks;
    ticker.dropped = host.dropped;
    ticker.skipped = host.skipped;
  }

  /** Goes on after its state was restored and its inputs were replayed; everybody is away at first. */
  revive(): void {
    const now = monotonicMs();
    this.state.time.resume(now);
    this.schedule.retime(now);
    for (const seat of this.state.seats.all()) {
      if (seat.leaving !== null) this.#around.turns.depart(seat);
      else this.disconnected(seat);
    }
    this.#emptied(now);
  }

  /** Runs `then` now, or once the room is done with a rollback. */
  whenFree(then: () => void): void {
    if (this.#rollback === null) then();
    else this.#waiting.push(then);
  }

  /**
   * Runs the game's `join` with the next player id. The room must not be busy.
   * @param welcome runs after the game agreed and before anything the game sends.
   */
  join(link: PlayerLink, welcome: SendWelcome): JoinOutcome {
    const now = monotonicMs();
    this.state.time.follow(now);
    this.#around.turns.begin();
    const { outcome, seat } = this.#machine.join(this);
    if (outcome.status === "fault") {
      seat.leaving = LeaveReason.left;
      this.#failed(outcome, InputKind.Join, 0, seat.player);
      return { joined: false, code: CloseCode.RoomFailed, message: failureText(outcome) };
    }
    this.#origin.history.journal.join(this.state.time.ns, seat.player, []);
    if (outcome.status === "refused") {
      seat.leaving = LeaveReason.left;
      this.#wrote();
      this.#around.turns.end();
      this.#emptied(now);
      return { joined: false, code: CloseCode.JoinRefused, message: outcome.reason };
    }
    this.record.whenDurable(() => this.#attach(seat, link, 0, welcome));
    this.#commit();
    this.schedule.update();
    return { joined: true, seat };
  }

  /** Gives a seat to a new connection of its player, and what the player has missed. */
  resume(seat: PlayerSeat, link: PlayerLink, received: number, welcome: SendWelcome): void {
    const former = seat.link;
    seat.link = null;
    former?.close(CloseCode.Replaced, "the player connected again from elsewhere");
    seat.graceUntil = Number.POSITIVE_INFINITY;
    this.schedule.reckonGrace();
    // What WELCOME says was taken in, the client forgets.
    this.record.whenDurable(() => this.#attach(seat, link, received, welcome));
    if (!seat.dropped) return;
    this.state.time.follow(monotonicMs());
    this.#around.turns.begin();
    const outcome = this.#machine.rejoin(seat);
    if (outcome.status === "done") this.#origin.history.journal.rejoin(this.state.time.ns, seat.player);
    this.#settle(outcome, InputKind.Rejoin, seat.player, seat.player);
  }

  /** @param received how many DATA frames of this seat the client has. */
  #attach(seat: PlayerSeat, link: PlayerLink, received: number, welcome: SendWelcome): void {
    if (!link.open) {
      this.disconnected(seat);
      return;
    }
    seat.link = link;
    seat.outgoing.acknowledge(Math.min(received, seat.outgoing.sent));
    const before = seat.outgoing.sent - seat.outgoing.held;
    welcome(seat, before, received);
    seat.outgoing.replay(before, (frame) => link.send(frame));
  }

  receive(seat: PlayerSeat, frame: Uint8Array): void {
    const now = this.#around.clock.catchUp();
    if (!this.#open || seat.leaving !== null) return;
    if (this.#rollback !== null) {
      const copy = frame.slice();
      this.#waiting.push(() => this.receive(seat, copy));
      return;
    }
    this.state.time.follow(now);
    this.#around.turns.begin();
    const outcome = this.#machine.message(seat, frame, 1);
    if (outcome.status === "done") {
      this.#origin.history.journal.message(this.state.time.ns, seat.player, frame, 1);
      this.record.tookIn(seat);
    }
    this.#settle(outcome, InputKind.Message, seat.player, seat.player);
    if (!this.#open) return;
    this.schedule.spend(now, false);
    if (this.schedule.beyondHelp) this.#failOverTime(seat.player);
  }

  disconnected(seat: PlayerSeat): void {
    seat.link = null;
    if (!this.#open || seat.leaving !== null) return;
    const { grace } = this.state.manifest;
    if (grace === 0) {
      this.departing(seat, LeaveReason.timedOut);
      return;
    }
    seat.graceUntil = monotonicMs() + grace * 1000;
    this.schedule.reckonGrace();
    this.#around.turns.depart({ depart: () => this.whenFree(() => this.#dropped(seat)) });
  }

  #dropped(seat: PlayerSeat): void {
    // It may be back, or have left, before the turn came.
    if (!this.#open || seat.leaving !== null || seat.link !== null || seat.dropped) return;
    this.state.time.follow(monotonicMs());
    this.#around.turns.begin();
    const outcome = this.#machine.drop(seat);
    if (outcome.status === "done") this.#origin.history.journal.drop(this.state.time.ns, seat.player);
    this.#settle(outcome, InputKind.Drop, seat.player, seat.player);
  }

  graceEnded(now: number): void {
    for (const seat of this.state.seats.all()) {
      if (seat.graceUntil <= now) this.departing(seat, LeaveReason.timedOut);
    }
    this.schedule.reckonGrace();
  }

  departing(seat: PlayerSeat, why: LeaveReason): void {
    if (seat.leaving !== null) return;
    seat.leaving = why;
    seat.graceUntil = Number.POSITIVE_INFINITY;
    this.#around.turns.depart(seat);
  }

  departed(seat: PlayerSeat): void {
    this.whenFree(() => this.#left(seat));
  }

  #left(seat: PlayerSeat): void {
    if (!this.#open) return;
    const now = monotonicMs();
    const why = seat.leaving ?? LeaveReason.left;
    this.state.time.follow(now);
    this.#around.turns.begin();
    const outcome = this.#machine.leave(seat, why);
    if (outcome.status === "done") this.#origin.history.journal.leave(this.state.time.ns, seat.player, why);
    this.#settle(outcome, InputKind.Leave, seat.player, seat.player);
    this.schedule.reckonGrace();
    this.#emptied(now);
  }

  tick(periodMs: number): void {
    this.#around.turns.begin();
    const outcome = this.#machine.tick(periodMs);
    if (outcome.status === "done") this.#origin.history.journal.tick();
    this.#settle(outcome, InputKind.Tick, 0, null);
  }

  timer(id: number, now: number): void {
    this.state.time.follow(now);
    this.#around.turns.begin();
    const outcome = this.#machine.timer(id);
    if (outcome.status === "done") this.#origin.history.journal.timer(this.state.time.ns, id);
    this.#settle(outcome, InputKind.Timer, id, null);
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
    this.whenFree(() => this.#end(code, message));
  }

  #end(code: CloseCode, message: string): void {
    if (!this.#open) return;
    const seats = this.state.seats.all();
    if (code === CloseCode.Draining) for (const seat of seats) this.departing(seat, LeaveReason.draining);
    if (!this.#open || this.busy) {
      closeLinks(seats, code, message);
      if (this.busy) this.whenFree(() => this.#end(code, message));
      return;
    }
    this.#around.turns.begin();
    const outcome = this.#machine.close();
    if (outcome.status === "fault") {
      this.#report(outcome, null);
      this.#closeAll(seats, CloseCode.RoomFailed, failureText(outcome));
    } else {
      this.#around.meters.fuel += this.#machine.lastFuel;
      this.#machine.apply(this);
      this.#closeAll(seats, code, message);
    }
  }

  /** Leaves the shard's memory: the store has the room. Whoever is connected is told to come back. */
  suspend(code: CloseCode, message: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.schedule.stop();
    this.record.release();
    closeLinks(this.state.seats.all(), code, message);
    this.#origin.release(this.#machine.guest);
    this.#origin.onEnd(this);
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

  #counts() {
    const { ticks, dropped, skipped } = this.schedule.ticker;
    return { ticks, dropped, skipped, faults: this.#faults, address: this.#origin.address };
  }

  /** Ends the turn of a callback that has no result of its own. */
  #settle(outcome: Outcome, kind: InputKind, subject: number, player: number | null): void {
    if (outcome.status === "fault") this.#failed(outcome, kind, subject, player);
    else this.#commit();
  }

  /** Lets the effects of the callback take place, in the order in which it asked for them. */
  #commit(): void {
    this.#wrote();
    const retimed = this.#machine.apply(this);
    if (retimed) this.schedule.retime(monotonicMs());
    this.#around.turns.end();
  }

  #wrote(): void {
    const fuel = this.#machine.lastFuel;
    this.#around.meters.fuel += fuel;
    this.record.wrote(fuel);
  }

  #emptied(now: number): void {
    if (this.#open && this.state.seats.size === 0) this.schedule.emptySince(now);
  }

  #failOverTime(player: number): void {
    const message = "its messages took far more time than its share; see tickShareMs";
    this.#fail({ status: "fault", code: "over-time", callback: "message", message }, player);
  }

  /** An input failed: takes it back, or ends the room where too many have. */
  #failed(fault: Fault, kind: InputKind, subject: number, player: number | null): void {
    const { time, manifest } = this.state;
    this.#around.meters.fuel += this.#machine.lastFuel;
    this.#faults = [...this.#faults.filter((ns) => ns > time.ns - FAULT_WINDOW_NS), time.ns];
    if (this.#faults.length > manifest.faults) {
      this.#fail(fault, player);
      return;
    }
    this.#around.meters.rollbacks++;
    reportRollback(this.#around.logger, this.state, fault, player);
    this.#origin.release(this.#machine.guest);
    const guest = this.#origin.claim();
    const replay = new Rollback(this.state, this.#origin.history, guest);
    this.#rollback = { replay, fault, kind, subject };
    this.record.suspended = true;
    this.schedule.hold();
    this.#around.turns.end();
    this.rollBack(monotonicMs());
  }

  /** A slice of the rollback. */
  rollBack(now: number): void {
    if (this.#rollback === null) return;
    const { replay, fault, kind, subject } = this.#rollback;
    let done: boolean;
    try {
      done = replay.run(now + ROLLBACK_SLICE_MS);
    } catch (error) {
      this.#rollback = null;
      this.#fail(
        { ...fault, code: "internal", message: `its rollback failed: ${(error as Error).message}` },
        null,
      );
      return;
    }
    if (!done) {
      this.schedule.holdUntil(monotonicMs() + ROLLBACK_PAUSE_MS);
      return;
    }
    this.#machine.adopt(replay.finish(this.state));
    this.#rollback = null;
    this.record.suspended = false;
    this.schedule.release();
    this.#tellFault(fault, kind, subject);
    for (const then of this.#waiting.splice(0)) this.whenFree(then);
  }

  #tellFault(fault: Fault, kind: InputKind, subject: number): void {
    const text = faultText(fault);
    this.#around.turns.begin();
    const outcome = this.#machine.fault(text);
    if (outcome.status === "fault") {
      this.#fail(outcome, null);
      return;
    }
    this.#origin.history.journal.fault(this.state.time.ns, kind, subject, text);
    const seat = kind === InputKind.Message ? this.state.seats.get(subject) : undefined;
    if (seat !== undefined) {
      seat.strikes++;
      this.record.tookIn(seat);
    }
    this.#commit();
    if (this.#open && seat !== undefined && seat.strikes > MAX_STRIKES) {
      this.kick(seat.player, "your messages made the room fail");
    }
  }

  #fail(fault: Fault, player: number | null): void {
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
    this.record.forget();
    this.#origin.release(this.#machine.guest);
    this.#origin.onEnd(this);
    for (const then of this.#waiting.splice(0)) then();
  }
}

function closeLinks(seats: PlayerSeat[], code: CloseCode, message: string): void {
  for (const seat of seats) seat.link?.close(code, message);
}
