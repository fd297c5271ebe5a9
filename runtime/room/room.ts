/**
 * A live room: a machine, its players' connections, its time and its record. Each input is one turn: the
 * guest's callback, then, only if it returned, its effects in order. An input that fails is taken back
 * (takeBack.ts).
 */
import { CloseCode } from "@rockpool/protocol";
import type { Guest } from "../instance/guest.ts";
import type { Fault, Outcome } from "../instance/outcome.ts";
import { LeaveReason } from "../instance/roomGuest.ts";
import { InputKind } from "../journal/inputs.ts";
import type { HostState } from "../snapshot/hostState.ts";
import { GuestLog } from "../telemetry/guestLog.ts";
import { monotonicMs } from "./clock.ts";
import { catchUpTimers } from "./durable/hostState.ts";
import { HostInput } from "./durable/replay.ts";
import { RoomRecord } from "./durable/roomRecord.ts";
import type { EffectTarget } from "./effects.ts";
import { failureText, reportFailure, reportRollback } from "./failure.ts";
import type { PlayerLink } from "./link.ts";
import { Presence, type PresenceRoom } from "./presence.ts";
import { RoomMachine } from "./roomMachine.ts";
import type { JoinOutcome, RoomOrigin, RoomSurroundings, SendWelcome } from "./roomOrigin.ts";
import type { RoomState } from "./roomState.ts";
import { RoomSchedule, type ScheduledRoom } from "./schedule.ts";
import type { PlayerSeat, SeatedRoom } from "./seat.ts";
import { type SleepyRoom, Slumber } from "./slumber.ts";
import type { RoomSummary } from "./summary.ts";
import { type FailedRoom, TakeBack } from "./takeBack.ts";
import type { Turns } from "./turn.ts";

export class Room implements SeatedRoom, ScheduledRoom, EffectTarget, FailedRoom, PresenceRoom, SleepyRoom {
  readonly state: RoomState;
  readonly schedule: RoomSchedule;
  readonly machine: RoomMachine;
  readonly record: RoomRecord;
  readonly turns: Turns;
  #origin: RoomOrigin;
  readonly #around: RoomSurroundings;
  readonly #takeBack: TakeBack;
  readonly #presence: Presence;
  readonly #slumber: Slumber;
  readonly #born = monotonicMs();
  #open = true;
  /** What it was restored from, until it goes on. */
  #restored: HostState | null = null;
  /** Fuel used by the time of the snapshot that it was restored from. */
  #fuelRestored = 0;
  /** Whether the end that the game asked for is still to come. */
  #ending = false;

  constructor(origin: RoomOrigin, around: RoomSurroundings) {
    this.#origin = origin;
    this.#around = around;
    this.state = origin.state;
    const { name, manifest } = origin.state;
    const { acks, arrears, clock, durability, logger, meters, tickShareMs, turns } = around;
    this.turns = turns;
    const log = new GuestLog(logger, manifest.name, name, manifest.limits.logBytes, meters);
    this.machine = new RoomMachine(this.state, origin.guest, turns.outbox, log);
    this.schedule = new RoomSchedule(this, this.state, clock, meters, arrears, tickShareMs, this.#born);
    this.record = new RoomRecord(origin.history, this.machine, durability, acks, () => this.#counts());
    this.#takeBack = new TakeBack(this);
    this.#presence = new Presence(this);
    this.#slumber = new Slumber(this);
  }

  /** Digest of the component that it runs. */
  get version(): string {
    return this.#origin.version;
  }

  /** Key of the network address that made it. */
  get address(): string {
    return this.#origin.address;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Whether inputs wait for a failed one to be taken back. */
  get busy(): boolean {
    return this.#takeBack.busy;
  }

  /** Fuel used since create. */
  get fuel(): number {
    return this.machine.fuel;
  }

  get messageRate(): number {
    return this.state.manifest.limits.messageRate;
  }

  get frameBytes(): number {
    return this.state.manifest.limits.frameBytes;
  }

  /** Runs the game's `create`. Unless it is done the room is over, quietly: nobody is in it yet. */
  create(config: Uint8Array): Outcome {
    this.turns.begin();
    const outcome = this.machine.create(config);
    if (outcome.status === "done") {
      this.record.history.journal.create(0, config);
      this.record.recordTo(this.#around.recorder.begin(this.record));
      this.#commit();
      const now = monotonicMs();
      this.schedule.retime(now);
      this.#slumber.watch(now);
    } else {
      this.#around.meters.fuel += this.machine.lastFuel;
      this.turns.end();
      if (outcome.status === "fault") this.#report(outcome, null);
      this.#finish();
    }
    return outcome;
  }

  /** Takes over what was counted of it before it was stored. */
  restored(host: HostState): void {
    this.#restored = host;
    const { ticker } = this.schedule;
    this.machine.fuel = host.fuel;
    this.#takeBack.faults = [...host.faults];
    this.#fuelRestored = host.fuel;
    ticker.ticks = host.ticks;
    ticker.dropped = host.dropped;
    ticker.skipped = host.skipped;
  }

  /**
   * Its inputs since the snapshot were replayed.
   * @param ending whether the game had asked for the room's end.
   * @param lost whether others may have seen it go further: its epoch is raised, which is an input of its own.
   */
  replayed(ending: boolean, lost: boolean): void {
    this.#ending = ending;
    if (lost) {
      this.state.raiseEpoch();
      this.record.history.journal.host(this.state.time.ns, HostInput.Epoch);
    }
    this.record.restored(this.machine.fuel - this.#fuelRestored);
  }

  /** Goes on after its state was restored and its inputs were replayed; everybody is away at first. */
  revive(): void {
    const now = monotonicMs();
    const host = this.#restored!;
    this.#restored = null;
    const emptyMs = host.emptyMs + catchUpTimers(this.state, host);
    this.state.time.resume(now);
    this.schedule.retime(now);
    if (this.state.seats.size === 0) this.schedule.emptySince(now - emptyMs);
    this.#slumber.watch(now);
    for (const seat of this.state.seats.all()) {
      if (seat.leaving !== null) this.turns.depart(seat);
      else this.disconnected(seat);
    }
    if (this.#ending) this.endLater();
  }

  /** Wakes the room if it sleeps, for a join or a resume. */
  rouse(): void {
    if (!this.#slumber.awake) this.#slumber.wake();
  }

  /** Goes on as a room of another version; the machine has that version's guest already. */
  follow(origin: RoomOrigin): void {
    this.#origin = origin;
    const { resumeBytes } = origin.state.manifest.limits;
    for (const { outgoing } of this.state.seats.all()) outgoing.rebound(resumeBytes);
    if (this.machine.apply(this)) this.schedule.retime(monotonicMs());
    this.record.follow(origin.history);
    this.turns.end();
  }

  /** Runs `then` now, or once the room takes inputs again or is over. */
  whenFree(then: () => void): void {
    this.rouse();
    this.#takeBack.whenFree(then);
  }

  /**
   * Runs the game's `join` with the next player id. The room must not be busy.
   * @param welcome runs after the game agreed and before anything the game sends.
   */
  join(link: PlayerLink, welcome: SendWelcome): JoinOutcome {
    const now = monotonicMs();
    this.state.time.follow(now);
    this.turns.begin();
    const { outcome, seat } = this.machine.join(this);
    if (outcome.status !== "done") seat.leaving = LeaveReason.left;
    if (outcome.status === "fault") {
      this.#failed(outcome, InputKind.Join, 0, seat.player);
      return { joined: false, code: CloseCode.RoomFailed, message: failureText(outcome) };
    }
    this.record.history.journal.join(this.state.time.ns, seat.player, []);
    if (outcome.status === "refused") {
      this.#wrote();
      this.turns.end();
      this.emptied(now);
      return { joined: false, code: CloseCode.JoinRefused, message: outcome.reason };
    }
    seat.coming = link;
    this.record.whenDurable(() => this.#presence.attach(seat, link, 0, welcome));
    this.#commit();
    this.schedule.update();
    return { joined: true, seat };
  }

  /**
   * Gives a seat to a new connection of its player, and what the player has missed. The room must not be busy.
   * @param received how many DATA frames of this seat the client has.
   */
  resume(seat: PlayerSeat, link: PlayerLink, received: number, welcome: SendWelcome): void {
    this.#presence.resume(seat, link, received, welcome);
  }

  receive(seat: PlayerSeat, frame: Uint8Array): void {
    const now = this.#around.clock.catchUp();
    if (!this.#open || seat.leaving !== null) return;
    if (!this.#slumber.awake && !this.#slumber.wake()) return;
    if (this.busy) {
      const copy = frame.slice();
      this.whenFree(() => this.receive(seat, copy));
      return;
    }
    this.state.time.follow(now);
    this.turns.begin();
    const outcome = this.machine.message(seat, frame, 1);
    if (outcome.status === "fault") {
      this.#failed(outcome, InputKind.Message, seat.player, seat.player);
    } else {
      this.record.history.journal.message(this.state.time.ns, seat.player, frame, 1);
      this.record.tookIn(seat, now);
      this.#commit();
    }
    if (!this.#open) return;
    this.schedule.spend(now, false);
    if (this.schedule.beyondHelp) this.#failOverTime(seat.player);
  }

  disconnected(seat: PlayerSeat): void {
    this.#presence.lost(seat);
  }

  graceEnded(now: number): void {
    this.#presence.graceEnded(now);
  }

  departing(seat: PlayerSeat, why: LeaveReason): void {
    this.#presence.departing(seat, why);
  }

  departed(seat: PlayerSeat): void {
    this.#presence.departed(seat);
  }

  input(kind: InputKind, seat: PlayerSeat, run: () => Outcome, write: () => void): void {
    this.turns.begin();
    const outcome = run();
    if (outcome.status === "fault") {
      this.#failed(outcome, kind, seat.player, seat.player);
      return;
    }
    write();
    this.#commit();
  }

  tick(periodMs: number): void {
    this.turns.begin();
    const outcome = this.machine.tick(periodMs);
    if (outcome.status === "fault") {
      this.#failed(outcome, InputKind.Tick, 0, null);
      return;
    }
    this.record.history.journal.tick();
    this.#commit();
  }

  timer(id: number, now: number): void {
    this.state.time.follow(now);
    this.turns.begin();
    const outcome = this.machine.timer(id);
    if (outcome.status === "fault") {
      this.#failed(outcome, InputKind.Timer, id, null);
      return;
    }
    this.record.history.journal.timer(this.state.time.ns, id);
    this.#commit();
  }

  tellFault(kind: InputKind, subject: number, text: string): void {
    this.turns.begin();
    const outcome = this.machine.fault(text);
    if (outcome.status === "fault") {
      this.fail(outcome);
      return;
    }
    this.record.history.journal.fault(this.state.time.ns, kind, subject, text);
    this.#commit();
  }

  considerSleep(now: number): void {
    this.#slumber.consider(now);
  }

  rollBack(now: number): void {
    this.#takeBack.slice(now);
  }

  expire(): void {
    this.end(CloseCode.RoomEnded, "the room was empty");
  }

  kick(player: number, reason: string): void {
    const seat = this.state.seats.get(player);
    if (seat === undefined || seat.leaving !== null) return;
    this.departing(seat, LeaveReason.kicked);
    closeLinks([seat], CloseCode.Kicked, reason);
  }

  endLater(): void {
    this.turns.depart({ depart: () => this.end(CloseCode.RoomEnded, "the game ended the room") });
  }

  /** Ends the room in good order: `leave` for each player when the node drains, `close`, then the links. */
  end(code: CloseCode, message: string): void {
    this.whenFree(() => this.#end(code, message));
  }

  #end(code: CloseCode, message: string): void {
    if (!this.#open) return;
    const seats = this.state.seats.all();
    if (code === CloseCode.Draining) for (const seat of seats) this.departing(seat, LeaveReason.draining);
    // A `leave` may have failed, and ended the room or begun to be taken back.
    if (!this.#open || this.busy) {
      closeLinks(seats, code, message);
      this.whenFree(() => this.#end(code, message));
      return;
    }
    this.turns.begin();
    const outcome = this.machine.close();
    if (outcome.status === "fault") {
      this.#report(outcome, null);
      this.#closeAll(seats, CloseCode.RoomFailed, failureText(outcome));
    } else {
      this.#around.meters.fuel += this.machine.lastFuel;
      this.machine.apply(this);
      this.record.closed();
      this.#closeAll(seats, code, message);
    }
  }

  /** Leaves the shard's memory: the store has the room. Whoever is connected is told to come back. */
  suspend(code: CloseCode, message: string): void {
    this.vanish();
    closeLinks(this.state.seats.all(), code, message);
  }

  vanish(): void {
    if (!this.#open) return;
    this.#open = false;
    this.schedule.stop();
    this.record.release();
    this.release(this.machine.guest);
    this.#origin.onEnd(this);
  }

  slept(): void {
    this.#around.meters.roomsSlept++;
  }

  lose(message: string): void {
    this.fail({ status: "fault", code: "internal", callback: "wake", message });
  }

  summary(): RoomSummary {
    const { name, manifest, seats, locked, tickRate, listing } = this.state;
    const { ticks, dropped, skipped } = this.schedule.ticker;
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
      ticks,
      ticksDropped: dropped,
      ticksSkipped: skipped,
    };
  }

  claim(): Guest {
    return this.#origin.claim();
  }

  release(guest: Guest): void {
    this.#origin.release(guest);
  }

  fail(fault: Fault): void {
    this.#fail(fault, null);
  }

  emptied(now: number): void {
    if (!this.#open || this.state.seats.size > 0) return;
    this.schedule.emptySince(now);
    this.#slumber.watch(now);
  }

  #counts() {
    const { ticks, dropped, skipped } = this.schedule.ticker;
    const emptyMs = this.schedule.emptyFor(monotonicMs());
    return { ticks, dropped, skipped, faults: this.#takeBack.faults, emptyMs, address: this.address };
  }

  /** Lets the effects of the callback take place, in the order in which it asked for them. */
  #commit(): void {
    this.#wrote();
    const retimed = this.machine.apply(this);
    if (retimed) this.schedule.retime(monotonicMs());
    this.turns.end();
  }

  #wrote(): void {
    const fuel = this.machine.lastFuel;
    this.#around.meters.fuel += fuel;
    this.record.wrote(fuel);
  }

  #failOverTime(player: number): void {
    const message = "its messages took far more time than its share; see tickShareMs";
    this.#fail({ status: "fault", code: "over-time", callback: "message", message }, player);
  }

  /** An input failed: it is taken back, or ends the room where too many have, or the guest exits. */
  #failed(fault: Fault, kind: InputKind, subject: number, player: number | null): void {
    const { meters, logger } = this.#around;
    meters.fuel += this.machine.lastFuel;
    if (!this.#takeBack.admit(fault)) {
      this.#fail(fault, player);
      return;
    }
    meters.rollbacks++;
    reportRollback(logger, this.state, fault, player);
    this.#takeBack.begin(fault, kind, subject);
    this.turns.end();
    this.#takeBack.slice(monotonicMs());
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
    this.turns.end();
  }

  #finish(): void {
    if (!this.#open) return;
    this.#open = false;
    this.schedule.stop();
    this.record.forget();
    this.release(this.machine.guest);
    this.#origin.onEnd(this);
    this.#takeBack.free();
  }
}

function closeLinks(seats: PlayerSeat[], code: CloseCode, message: string): void {
  for (const { link, coming } of seats) for (const one of [link, coming]) one?.close(code, message);
}
