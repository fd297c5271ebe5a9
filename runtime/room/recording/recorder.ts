/**
 * Records rooms of a shard, from their creation, as its rules say: which of them, until when, and how many bytes. A
 * rule has a share of its bytes on each shard. Every second each recorded room's inputs are taken over, a room at a
 * time and a slice of the loop at a time, so that a shard that is killed loses no more than that.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { EndReason } from "../../recording/marks.ts";
import { matches, type RecordingRule } from "../../recording/rule.ts";
import { RecordingFile } from "../../store/recordingFile.ts";
import { recordingId, recordingPath } from "../../store/recordings.ts";
import type { Logger } from "../../telemetry/guestLog.ts";
import { type Clock, monotonicMs } from "../clock.ts";
import { type RecordedRoom, RoomRecording } from "./roomRecording.ts";

/** Rooms of a shard that are recorded at once. */
export const MAX_RECORDED_ROOMS = 256;
/** How often inputs are taken over, in milliseconds. */
const INTERVAL_MS = 1_000;
/** How long that may keep the loop at a time, in milliseconds. */
const SLICE_MS = 1;
const PAUSE_MS = 1;
/** Bytes of one recording that may wait for the disk. */
const MAX_PENDING_BYTES = 8_388_608;

/** What a rule has led to on this shard. */
interface RuleState {
  readonly rule: RecordingRule;
  /** Bytes of its recordings that are over. */
  written: number;
  /** Number of its next recording. */
  next: number;
  /** Whether its bytes are used up. */
  full: boolean;
}

export interface RecorderOptions {
  /** Where recordings are kept; it is there. */
  readonly folder: string;
  readonly shard: number;
  readonly shards: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #rules = new Map<string, RuleState>();
  readonly #recordings = new Set<RoomRecording>();
  readonly #closing = new Set<Promise<void>>();
  #queue: RoomRecording[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Ids of the recordings under way. */
  get active(): string[] {
    return [...this.#recordings].map(({ id }) => id);
  }

  /** Goes by these rules from now on; recordings of rules that are not among them end. */
  setRules(rules: readonly RecordingRule[]): void {
    for (const { rule } of [...this.#rules.values()]) {
      if (rules.some(({ id }) => id === rule.id)) continue;
      this.#endAll(rule, "stopped");
      this.#rules.delete(rule.id);
    }
    for (const rule of rules) if (!this.#rules.has(rule.id)) this.#rules.set(rule.id, this.#found(rule));
  }

  /** A recording of a room whose `create` has just been written down, or null when none is wanted. */
  begin(room: RecordedRoom): RoomRecording | null {
    if (this.#rules.size === 0 || this.#recordings.size >= MAX_RECORDED_ROOMS) return null;
    const { folder, shard } = this.#options;
    const { identity, manifest, name } = room.machine.state;
    const state = this.#ruleFor(manifest.name, name);
    if (state === undefined) return null;
    const { digest, pipeline } = room.history.image;
    const id = recordingId(state.rule.id, shard, state.next++);
    const header = {
      function: manifest.name,
      room: name,
      digest,
      pipeline,
      limits: manifest.limits,
      seed: identity.seed,
      startedAt: Date.now(),
    };
    const file = new RecordingFile(recordingPath(folder, id), (error) => this.#failed(recording, error));
    const recording = new RoomRecording(id, state.rule, room, header, file, this.#ended);
    this.#recordings.add(recording);
    this.#timer ??= setTimeout(this.#pass, INTERVAL_MS);
    return recording;
  }

  /** Ends all recordings and resolves when they are in their files. */
  async close(): Promise<void> {
    this.setRules([]);
    if (this.#timer !== null) clearTimeout(this.#timer);
    await Promise.all(this.#closing);
  }

  #ruleFor(functionName: string, room: string): RuleState | undefined {
    const now = Date.now();
    for (const state of this.#rules.values()) {
      const { rule, full } = state;
      if (rule.function === functionName && !full && now < rule.until && matches(rule.rooms, room))
        return state;
    }
    return undefined;
  }

  readonly #pass = (): void => {
    if (this.#queue.length === 0) this.#queue = [...this.#recordings];
    const end = Math.min(monotonicMs() + SLICE_MS, this.#options.clock.nextDue);
    do {
      const recording = this.#queue.pop();
      if (recording === undefined) break;
      if (this.#recordings.has(recording)) this.#proceed(recording);
    } while (monotonicMs() < end);
    const isDone = this.#queue.length === 0;
    this.#timer =
      this.#recordings.size === 0 ? null : setTimeout(this.#pass, isDone ? INTERVAL_MS : PAUSE_MS);
  };

  #proceed(recording: RoomRecording): void {
    const { rule } = recording;
    const state = this.#rules.get(rule.id)!;
    if (Date.now() >= rule.until) {
      recording.end("time", true);
    } else if (recording.pending > MAX_PENDING_BYTES) {
      recording.end("disk", true);
    } else if (this.#bytesOf(state) >= rule.bytes / this.#options.shards) {
      state.full = true;
      const { function: functionName, rooms, bytes } = rule;
      this.#options.logger.warn(
        { function: functionName, rooms, bytes },
        "recordings have used up their bytes",
      );
      this.#endAll(rule, "bytes");
    } else {
      recording.proceed();
    }
  }

  #bytesOf(state: RuleState): number {
    let sum = state.written;
    for (const { rule, bytes } of this.#recordings) if (rule === state.rule) sum += bytes;
    return sum;
  }

  #endAll(rule: RecordingRule, reason: EndReason): void {
    for (const recording of [...this.#recordings]) {
      if (recording.rule.id === rule.id) recording.end(reason, true);
    }
  }

  readonly #ended = (recording: RoomRecording): void => {
    this.#recordings.delete(recording);
    const state = this.#rules.get(recording.rule.id);
    if (state !== undefined) state.written += recording.bytes;
    const closing = recording.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  };

  #failed(recording: RoomRecording, error: Error): void {
    const { id, rule } = recording;
    const { code, message } = error as NodeJS.ErrnoException;
    this.#options.logger.error(
      { function: rule.function, recording: id, code, fault: message },
      "recording cannot be written",
    );
    recording.end("disk", false);
  }

  /** A rule as this shard finds it: a shard that was started again goes on behind what it has written before. */
  #found(rule: RecordingRule): RuleState {
    const state: RuleState = { rule, written: 0, next: 0, full: false };
    const { folder, shard } = this.#options;
    const prefix = recordingId(rule.id, shard, "");
    for (const file of readdirSync(folder)) {
      if (!file.startsWith(prefix)) continue;
      state.written += statSync(join(folder, file)).size;
      state.next = Math.max(state.next, Number.parseInt(file.slice(prefix.length), 10) + 1);
    }
    return state;
  }
}
