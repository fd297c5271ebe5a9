/**
 * The deterministic part of a room: a guest and the host's state, driven by inputs. Two machines that start
 * from equal states and are given equal inputs at equal room times stay equal, bit by bit, in memory, globals
 * and effects; recovery and replay rest on it. So nothing here looks at a clock, a socket or a random source.
 *
 * An input is one callback; its effects wait in the outbox until `apply`, and a callback that fails or refuses
 * has none. Time is set by the caller before the input (see RoomTime).
 */
import type { Manifest } from "@rockpool/protocol";
import type { Guest } from "../instance/guest.ts";
import type { BytesOutcome, Outcome } from "../instance/outcome.ts";
import { type LeaveReason, type Pairs, RoomGuest } from "../instance/roomGuest.ts";
import { InputKind } from "../journal/inputs.ts";
import type { GuestLog } from "../telemetry/guestLog.ts";
import { applyEffects, type EffectTarget } from "./effects.ts";
import { HostCalls } from "./hostCalls.ts";
import type { Outbox } from "./outbox.ts";
import type { RoomState } from "./roomState.ts";
import type { PlayerSeat, SeatedRoom } from "./seat.ts";

const NO_CLAIMS: Pairs = [];

export class RoomMachine {
  readonly state: RoomState;
  /** Fuel used since create. */
  fuel = 0;
  /** Fuel used by the last callback. */
  lastFuel = 0;
  readonly #outbox: Outbox;
  readonly #host: HostCalls;
  readonly #log: GuestLog;
  #guest: Guest;
  #calls: RoomGuest;

  /** @param outbox empty between callbacks; machines that do not run at the same time may share one. */
  constructor(state: RoomState, guest: Guest, outbox: Outbox, log: GuestLog) {
    this.state = state;
    this.#outbox = outbox;
    this.#log = log;
    this.#host = new HostCalls(state, outbox, log);
    this.#guest = guest;
    guest.host = this.#host;
    this.#calls = new RoomGuest(guest);
  }

  get guest(): Guest {
    return this.#guest;
  }

  /** Goes on with another guest that is in the state which this machine's guest had, or ought to have. */
  adopt(guest: Guest): void {
    this.#guest = guest;
    guest.host = this.#host;
    this.#calls = new RoomGuest(guest);
  }

  /** The game's `create`. From its end on room time goes by the tick rate. */
  create(config: Uint8Array): Outcome {
    this.#begin();
    const outcome = this.#end(this.#calls.create(config));
    if (outcome.status === "done") this.state.setTickRate(this.state.manifest.tickRate);
    return outcome;
  }

  /** Takes the next seat and asks the game; unless it is done the seat is gone again. */
  join(room: SeatedRoom): { outcome: Outcome; seat: PlayerSeat } {
    const { seats, manifest } = this.state;
    const seat = seats.take(room, manifest.limits.resumeBytes);
    this.#begin();
    const outcome = this.#end(this.#calls.join(seat.player, NO_CLAIMS));
    if (outcome.status !== "done") seats.remove(seat);
    // An input that faulted never happened, so the next one gets the same id.
    if (outcome.status === "fault") seats.nextPlayer = seat.player;
    return { outcome, seat };
  }

  /** @param from where in `data` the message starts. */
  message(seat: PlayerSeat, data: Uint8Array, from: number): Outcome {
    seat.received++;
    // Whoever sends has had a WELCOME of this epoch. Set here, so that a replay knows it as well.
    seat.agreed = Number.POSITIVE_INFINITY;
    this.#begin();
    return this.#end(this.#calls.message(seat.player, data, from));
  }

  tick(periodMs: number): Outcome {
    this.#begin();
    return this.#end(this.#calls.tick(periodMs));
  }

  timer(id: number): Outcome {
    this.state.timers.clear(id);
    this.#begin();
    return this.#end(this.#calls.timer(id));
  }

  drop(seat: PlayerSeat): Outcome {
    seat.dropped = true;
    this.#begin();
    return this.#end(this.#calls.drop(seat.player));
  }

  rejoin(seat: PlayerSeat): Outcome {
    seat.dropped = false;
    this.#begin();
    return this.#end(this.#calls.rejoin(seat.player));
  }

  leave(seat: PlayerSeat, why: LeaveReason): Outcome {
    this.state.seats.remove(seat);
    this.#begin();
    return this.#end(this.#calls.leave(seat.player, why));
  }

  close(): Outcome {
    this.#begin();
    return this.#end(this.#calls.close());
  }

  /** Tells the game that an input failed and was taken back. */
  fault(what: string): Outcome {
    this.#begin();
    return this.#end(this.#calls.fault(what));
  }

  /**
   * The game's `save`. It is no input: it runs on a copy of the guest, and all that comes of it is its answer.
   * @param copy of this machine's guest.
   */
  save(copy: Guest): BytesOutcome {
    const { random } = this.state;
    const { words } = random;
    copy.host = this.#host;
    this.#begin();
    const outcome = new RoomGuest(copy).save();
    this.state.settle(false);
    this.#outbox.clear();
    random.words = words;
    this.lastFuel = copy.fuelUsed;
    return outcome;
  }

  /**
   * The game's `restore`, on a pristine guest of another version. When it is done the machine goes on with that
   * guest, under that version's limits; else it is as it was.
   */
  restore(guest: Guest, saved: Uint8Array, manifest: Manifest): Outcome {
    const { state } = this;
    const former = { guest: this.#guest, manifest: state.manifest, words: state.random.words };
    state.manifest = manifest;
    this.adopt(guest);
    this.#begin();
    const outcome = this.#end(this.#calls.restore(saved));
    if (outcome.status === "done") {
      this.#log.bytesPerSecond = manifest.limits.logBytes;
    } else {
      state.manifest = former.manifest;
      state.random.words = former.words;
      this.fuel -= this.lastFuel;
      this.adopt(former.guest);
    }
    return outcome;
  }

  /**
   * What an input that failed leaves behind in the host's state: everything that happened before the callback.
   * @param subject its player or timer.
   */
  skip(kind: InputKind, subject: number): void {
    const { seats, time, timers } = this.state;
    const seat = seats.get(subject);
    if (kind === InputKind.Tick) time.tick(0);
    else if (kind === InputKind.Timer) timers.clear(subject);
    if (seat === undefined) return;
    if (kind === InputKind.Message) {
      seat.received++;
      seat.strikes++;
      seat.agreed = Number.POSITIVE_INFINITY;
    } else if (kind === InputKind.Leave) seats.remove(seat);
    else if (kind === InputKind.Drop || kind === InputKind.Rejoin) seat.dropped = kind === InputKind.Drop;
  }

  /**
   * Lets the effects of the last callback take place. Returns whether ticks or timers are due at other times.
   * @param target for what happens outside of the room's state.
   */
  apply(target: EffectTarget): boolean {
    return applyEffects(this.#outbox, this.state, target);
  }

  #begin(): void {
    this.#outbox.clear();
    this.#host.begin();
  }

  #end(outcome: Outcome): Outcome {
    this.lastFuel = this.#guest.fuelUsed;
    this.fuel += this.lastFuel;
    const done = outcome.status === "done";
    this.state.settle(done);
    if (!done) this.#outbox.clear();
    return outcome;
  }
}
