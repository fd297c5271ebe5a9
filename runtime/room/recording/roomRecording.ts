/**
 * The recording of one room: what its journal holds is taken over before a snapshot forgets it, and at intervals, with
 * a mark of the state. Inputs cost nothing more for being recorded: they are written down anyway.
 */

import type { JournalMark } from "../../journal/journal.ts";
import { encodeFrame, FrameKind } from "../../recording/frames.ts";
import { encodeHeader, type RecordingHeader } from "../../recording/header.ts";
import { type EndReason, encodeEnd, encodeMark } from "../../recording/marks.ts";
import { encodeInputs } from "../../recording/recording.ts";
import type { RecordingRule } from "../../recording/rule.ts";
import type { RecordingFile } from "../../store/recordingFile.ts";
import type { RoomHistory } from "../durable/history.ts";
import type { RoomMachine } from "../roomMachine.ts";
import { hashesOf } from "./stateHash.ts";

/** Room time between marks, in nanoseconds; a second for each MiB of larger memories, since the loop waits for the hash. */
const MARK_INTERVAL_NS = 10e9;
const MARK_NS_PER_BYTE = 1e9 / 1_048_576;

/** What a recording takes its inputs from and marks. */
export interface RecordedRoom {
  readonly machine: RoomMachine;
  readonly history: RoomHistory;
  /** Whether the guest is not in the state that the journal leads to. */
  readonly suspended: boolean;
}

export class RoomRecording {
  readonly id: string;
  readonly rule: RecordingRule;
  readonly #room: RecordedRoom;
  readonly #file: RecordingFile;
  /** Behind what was taken over. */
  #taken: JournalMark;
  #sequence = 0;
  #markedSequence = 0;
  #markedNs = 0;
  #over = false;

  readonly #onEnd: (recording: RoomRecording) => void;

  /** Begins when nothing but `create` has happened to the room. @param onEnd called when the last frame is appended. */
  constructor(
    id: string,
    rule: RecordingRule,
    room: RecordedRoom,
    header: RecordingHeader,
    file: RecordingFile,
    onEnd: (recording: RoomRecording) => void,
  ) {
    this.#onEnd = onEnd;
    this.#taken = room.history.base;
    this.id = id;
    this.rule = rule;
    this.#room = room;
    this.#file = file;
    file.append(encodeFrame(FrameKind.Header, encodeHeader(header)));
    this.cut();
  }

  /** Bytes appended so far. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** Bytes that wait for the disk. */
  get pending(): number {
    return this.#file.pending;
  }

  /** Takes over the inputs since the last time. */
  cut(): void {
    if (this.#over) return;
    const { journal } = this.#room.history;
    const inputs = journal.since(this.#taken);
    this.#taken = journal.mark();
    if (inputs.last < inputs.first) return;
    this.#file.append(encodeInputs(inputs));
    this.#sequence = inputs.last;
  }

  /** Takes over the inputs, and marks the state when it is time for it. */
  proceed(): void {
    this.cut();
    const { time } = this.#room.machine.state;
    const interval = Math.max(MARK_INTERVAL_NS, this.#room.machine.guest.bytes.length * MARK_NS_PER_BYTE);
    if (time.ns - this.#markedNs >= interval) this.#mark();
  }

  /** The last frames. @param sound whether the guest is in the state that the inputs lead to. */
  end(reason: EndReason, sound: boolean): void {
    if (this.#over) return;
    this.cut();
    if (sound) this.#mark();
    this.#over = true;
    this.#file.append(encodeFrame(FrameKind.End, encodeEnd({ reason, sequence: this.#sequence })));
    this.#onEnd(this);
  }

  /** Resolves when all of it is in the file. */
  close(): Promise<void> {
    return this.#file.close();
  }

  #mark(): void {
    if (this.#room.suspended || this.#sequence === this.#markedSequence) return;
    const { machine } = this.#room;
    const mark = { sequence: this.#sequence, timeNs: machine.state.time.ns, hashes: hashesOf(machine) };
    this.#markedSequence = mark.sequence;
    this.#markedNs = mark.timeNs;
    this.#file.append(encodeFrame(FrameKind.Mark, encodeMark(mark)));
  }
}
