/**
 * Takes inputs that failed back. The guest is not trusted after a failure: another instance is brought to the
 * state before the input, in slices beside other rooms' ticks, and the game is told by `fault`. Inputs that come
 * meanwhile wait. A player whose inputs fail twice is kicked; too many failures within a minute end
 * the room, and so does a guest that exits.
 */
import type { Guest } from "../instance/guest.ts";
import type { Fault } from "../instance/outcome.ts";
import { InputKind } from "../journal/inputs.ts";
import { monotonicMs } from "./clock.ts";
import { Rollback } from "./durable/rollback.ts";
import type { RoomRecord } from "./durable/roomRecord.ts";
import { faultText } from "./failure.ts";
import type { RoomMachine } from "./roomMachine.ts";
import type { RoomSchedule } from "./schedule.ts";
import type { PlayerSeat } from "./seat.ts";

/** How long a slice of a rollback may keep the loop, in milliseconds, and when the next one follows. */
const SLICE_MS = 1;
const PAUSE_MS = 1;
/** How long a failure counts, in nanoseconds of room time. */
const WINDOW_NS = 60e9;
/** Inputs of one player that may fail before the player is kicked. */
const MAX_STRIKES = 1;

/** The room whose inputs are taken back. */
export interface FailedRoom {
  readonly open: boolean;
  readonly machine: RoomMachine;
  readonly record: RoomRecord;
  readonly schedule: RoomSchedule;
  /** A pristine instance; and back. */
  claim(): Guest;
  release(guest: Guest): void;
  /** Runs the game's `fault` as an input, and writes it down as the end of the one that failed. */
  tellFault(kind: InputKind, subject: number, text: string): void;
  kick(player: number, reason: string): void;
  /** Ends the room with 4003. */
  fail(fault: Fault): void;
}

interface Running {
  readonly rollback: Rollback;
  readonly fault: Fault;
  readonly kind: InputKind;
  readonly subject: number;
}

export class TakeBack {
  /** When callbacks failed within the last minute, in nanoseconds of room time. */
  faults: number[] = [];
  readonly #room: FailedRoom;
  #running: Running | null = null;
  #waiting: (() => void)[] = [];

  constructor(room: FailedRoom) {
    this.#room = room;
  }

  /** Whether inputs have to wait. */
  get busy(): boolean {
    return this.#running !== null;
  }

  /** Runs `then` now, or once the room is in order again or over. */
  whenFree(then: () => void): void {
    if (this.#running === null) then();
    else this.#waiting.push(then);
  }

  /** Counts a failure; whether the room may go on. A guest that exits has decided that it may not. */
  admit(fault: Fault): boolean {
    if (fault.code === "exit") return false;
    const { state } = this.#room.machine;
    const now = state.time.ns;
    this.faults = [...this.faults.filter((ns) => ns > now - WINDOW_NS), now];
    return this.faults.length <= state.manifest.faults;
  }

  /**
   * Begins to take an input back; `slice` is to be called next.
   * @param subject the input's player or timer.
   */
  begin(fault: Fault, kind: InputKind, subject: number): void {
    const room = this.#room;
    room.release(room.machine.guest);
    const rollback = new Rollback(room.machine.state, room.record.history, room.claim());
    this.#running = { rollback, fault, kind, subject };
    room.record.suspended = true;
    room.schedule.hold();
  }

  /** A slice of the work. */
  slice(now: number): void {
    if (this.#running === null) return;
    const { rollback, fault } = this.#running;
    const room = this.#room;
    try {
      if (!rollback.run(now + SLICE_MS)) {
        room.schedule.holdUntil(monotonicMs() + PAUSE_MS);
        return;
      }
    } catch (error) {
      const message = `its rollback failed: ${(error as Error).message}`;
      this.#running = null;
      room.fail({ ...fault, code: "internal", message });
      return;
    }
    this.#finish(this.#running);
  }

  #finish({ rollback, fault, kind, subject }: Running): void {
    const room = this.#room;
    room.machine.adopt(rollback.finish(room.machine.state));
    this.#running = null;
    room.record.suspended = false;
    room.schedule.release();
    const seat = kind === InputKind.Message ? room.machine.state.seats.get(subject) : undefined;
    if (seat !== undefined) seat.strikes++;
    room.tellFault(kind, subject, faultText(fault));
    if (room.open && seat !== undefined) this.#punish(seat);
    this.free();
  }

  #punish(seat: PlayerSeat): void {
    this.#room.record.tookIn(seat, monotonicMs());
    if (seat.strikes <= MAX_STRIKES) return;
    this.#room.kick(seat.player, "your messages made the room fail");
  }

  /** Lets what waited go on; also called when the room is over. */
  free(): void {
    for (const then of this.#waiting.splice(0)) this.whenFree(then);
  }
}
