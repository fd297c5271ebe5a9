/**
 * Runs a recorded match again, on a machine without a node: no sockets, no clock, no waiting. At every mark the state
 * is compared with what was recorded. The first difference ends the run, because everything after it is another match.
 */
import { DamagedRecord } from "../../bytes/damage.ts";
import type { LoadedImage } from "../../instance/loadedImage.ts";
import type { JournalReader } from "../../journal/reader.ts";
import type { Mark, StatePart } from "../../recording/marks.ts";
import { STATE_PARTS } from "../../recording/marks.ts";
import type { Recording } from "../../recording/recording.ts";
import { SILENT_LOG } from "../../telemetry/guestLog.ts";
import { Replay, ReplayDiverged } from "../durable/replay.ts";
import { NO_ROOM } from "../durable/rollback.ts";
import { Outbox } from "../outbox.ts";
import { RoomMachine } from "../roomMachine.ts";
import { RoomState } from "../roomState.ts";
import { hashesOf } from "./stateHash.ts";

/** Resume tokens are not part of a recording, so the room has no secret to make them of. */
const NO_SECRET = new Uint8Array(16);

export type Rerun =
  /** Every mark that was reached had the recorded state. */
  | { status: "same"; marks: number }
  /** At this mark the state is another. */
  | { status: "differs"; mark: Mark; parts: readonly StatePart[]; marks: number }
  /** An input failed that had not failed, or cannot have happened. */
  | { status: "failed"; sequence: number; message: string; marks: number };

/** @param sequence of the input; of a tick, its own. @param timeNs of room time. */
export type Watch = (input: JournalReader, sequence: number, timeNs: number) => void;

/** A recorded match, at its beginning until it is run. */
export class RecordedMatch {
  readonly machine: RoomMachine;
  readonly #recording: Recording;
  /** The last input run. */
  sequence = 0;

  /** @param image of the recorded component, with the recorded limits. */
  constructor(recording: Recording, image: LoadedImage) {
    this.#recording = recording;
    const { room: name, seed } = recording.header;
    const state = new RoomState({ name, seed, secret: NO_SECRET }, image.info.manifest, 0);
    this.machine = new RoomMachine(state, image.make(), new Outbox(), SILENT_LOG);
  }

  /**
   * Runs all inputs up to a moment of room time, in nanoseconds. To be called once.
   * @param watch called behind each input; what it is given is valid during the call.
   * @throws what is no matter of the recording
   */
  run(untilNs = Number.POSITIVE_INFINITY, watch: Watch | null = null): Rerun {
    let marks = 0;
    for (const { slices, mark } of this.#recording.stretches) {
      const replay = new Replay(this.machine, slices, this.sequence, NO_ROOM);
      try {
        while (replay.step(untilNs)) watch?.(replay.input, replay.sequence, this.machine.state.time.ns);
      } catch (error) {
        if (!(error instanceof ReplayDiverged) && !(error instanceof DamagedRecord)) throw error;
        return { status: "failed", sequence: replay.sequence, message: error.message, marks };
      } finally {
        this.sequence = replay.sequence;
      }
      if (this.sequence < (slices.at(-1)?.last ?? 0)) break;
      if (mark === null) continue;
      const parts = this.#differences(mark);
      if (parts.length > 0) return { status: "differs", mark, parts, marks };
      marks++;
    }
    return { status: "same", marks };
  }

  #differences(mark: Mark): StatePart[] {
    const hashes = hashesOf(this.machine);
    return STATE_PARTS.filter((part) => !hashes[part].equals(mark.hashes[part]));
  }
}
