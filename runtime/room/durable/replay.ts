/**
 * Runs a room's journaled inputs through a machine again, a slice of time at once. What they send reaches the
 * seats' buffers and nobody's socket. An input that fails now did not fail then, so the machine or the journal
 * is not what it was, and the room cannot go on from it.
 */
import type { Outcome } from "../../instance/outcome.ts";
import { LeaveReason } from "../../instance/roomGuest.ts";
import { InputKind } from "../../journal/inputs.ts";
import type { JournalSlice } from "../../journal/journal.ts";
import { JournalReader } from "../../journal/reader.ts";
import { monotonicMs } from "../clock.ts";
import type { EffectTarget } from "../effects.ts";
import type { RoomMachine } from "../roomMachine.ts";
import type { PlayerSeat, SeatedRoom } from "../seat.ts";
import { tickPeriodMs } from "../ticker.ts";

/** A change of the host's state alone, by its tag in the journal. */
export const HostInput = {
  /** The room goes on from a stored state, others may have seen a later one. */
  Epoch: 1,
} as const;

export class ReplayDiverged extends Error {
  override readonly name = "ReplayDiverged";
  readonly code = "replay-diverged";
}

export class Replay implements EffectTarget {
  readonly machine: RoomMachine;
  readonly #room: SeatedRoom;
  readonly #readers: JournalReader[];
  /** Ticks of the run under way that are still to come. */
  #ticks = 0;
  /** Whether the reader stands at an input that was not run. */
  #held = false;
  /** The last input run. */
  sequence: number;
  /** Whether the game has ended the room, and `close` has not come. */
  #ending = false;

  /**
   * @param slices of the journal, in order. @param after the last input that the machine's state contains.
   * @param room for the seats that it makes.
   */
  constructor(machine: RoomMachine, slices: readonly JournalSlice[], after: number, room: SeatedRoom) {
    this.machine = machine;
    this.#room = room;
    this.sequence = after;
    this.#readers = slices.map((slice) => new JournalReader(slice, Math.max(after, slice.first - 1)));
  }

  /** Whether the game asked for the room's end and the journal stops short of it. */
  get ending(): boolean {
    return this.#ending;
  }

  /** The input that the last step has run; of ticks in a row, all of them. */
  get input(): JournalReader {
    return this.#readers[0]!;
  }

  /**
   * Goes on until `until` (monotonic milliseconds), one input at least; whether it has come to the end.
   * @throws ReplayDiverged, DamagedRecord
   */
  run(until: number): boolean {
    while (this.step(Number.POSITIVE_INFINITY)) if (monotonicMs() >= until) return this.#atEnd;
    return true;
  }

  /**
   * Runs the next input; false when there is none up to `untilNs` of room time.
   * @throws ReplayDiverged, DamagedRecord
   */
  step(untilNs: number): boolean {
    if (this.#ticks === 0 && !this.#next()) return false;
    const { time } = this.machine.state;
    if (this.#ticks > 0) {
      if (time.nextTickNs > untilNs) return false;
      this.#ticks--;
      this.sequence++;
      this.#tick();
      return true;
    }
    const reader = this.#readers[0]!;
    this.#held = reader.timeNs > untilNs;
    if (this.#held) return false;
    this.sequence = reader.sequence;
    this.#input(reader);
    return true;
  }

  get #atEnd(): boolean {
    return this.#ticks === 0 && !this.#held && this.#readers.length === 0;
  }

  /** Comes to the next input; false at the end. */
  #next(): boolean {
    while (!this.#held) {
      const reader = this.#readers[0];
      if (reader === undefined) return false;
      if (!reader.next()) {
        this.#readers.shift();
        continue;
      }
      if (reader.kind === InputKind.Tick) {
        this.#ticks = reader.count;
        this.sequence = reader.sequence - 1;
      }
      return true;
    }
    return true;
  }

  #tick(): void {
    const { state } = this.machine;
    state.time.tick(0);
    this.#finish(this.machine.tick(tickPeriodMs(state.tickRate)));
  }

  #input(reader: JournalReader): void {
    const { machine } = this;
    machine.state.time.moveTo(reader.timeNs);
    switch (reader.kind) {
      case InputKind.Create:
        this.#finish(machine.create(reader.data));
        break;
      case InputKind.Join:
        this.#finish(machine.join(this.#room).outcome);
        break;
      case InputKind.Message:
        this.#finish(machine.message(this.#seat(reader.player), reader.data, 0));
        break;
      case InputKind.Timer:
        this.#finish(machine.timer(reader.value));
        break;
      case InputKind.Drop:
        this.#finish(machine.drop(this.#seat(reader.player)));
        break;
      case InputKind.Rejoin:
        this.#finish(machine.rejoin(this.#seat(reader.player)));
        break;
      case InputKind.Leave:
        this.#finish(machine.leave(this.#seat(reader.player), reader.value as LeaveReason));
        break;
      case InputKind.Fault:
        machine.skip(reader.skipped, reader.player);
        this.#finish(machine.fault(reader.text));
        break;
      case InputKind.Close:
        this.#finish(machine.close());
        this.#ending = false;
        break;
      case InputKind.Host:
        if (reader.value === HostInput.Epoch) machine.state.raiseEpoch();
        break;
      default:
        throw new ReplayDiverged(`an input of kind ${reader.kind} cannot be replayed`);
    }
  }

  #finish(outcome: Outcome): void {
    if (outcome.status === "fault") {
      throw new ReplayDiverged(
        `${outcome.callback} failed in the replay (${outcome.code}): ${outcome.message}`,
      );
    }
    if (outcome.status === "done") this.machine.apply(this);
  }

  #seat(player: number): PlayerSeat {
    const seat = this.machine.state.seats.get(player);
    if (seat !== undefined) return seat;
    throw new ReplayDiverged(`player ${player} holds no seat in the replay`);
  }

  kick(player: number): void {
    const seat = this.machine.state.seats.get(player);
    if (seat !== undefined) seat.leaving ??= LeaveReason.kicked;
  }

  endLater(): void {
    this.#ending = true;
  }
}
