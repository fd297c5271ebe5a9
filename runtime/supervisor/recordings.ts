/**
 * Recordings of a node: which rooms the shards are to record, and the files that come of it. Rules live as long as the
 * node's process: nobody is recorded for longer than somebody remembers having asked for it.
 */
import { isName, NAME_RULE } from "@rockpool/protocol";
import { isPattern, PATTERN_RULE } from "../recording/rule.ts";
import type { RecordingRule } from "../shard/contract.ts";
import { RecordingFolder, recordingPath, type StoredRecording } from "../store/recordings.ts";
import type { Shards } from "./shards.ts";

/** What one rule records unless it says otherwise, and at most. */
export const RECORDING_DEFAULTS = { seconds: 3_600, bytes: 268_435_456 } as const;
const MAX_SECONDS = 86_400;
const MIN_BYTES = 65_536;

export class RecordingError extends Error {
  override readonly name = "RecordingError";
  readonly code: "bad-recording" | "no-such-recording" | "recordings-full" | "still-recording";

  constructor(code: RecordingError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface RecordingRequest {
  function: string;
  /** A name, in which `*` stands for anything. */
  rooms: string;
  /** How long rooms are recorded, from now on. */
  seconds: number;
  /** What all of them may take. */
  bytes: number;
}

export interface ListedRecording extends StoredRecording {
  /** Whether the room is still being recorded. */
  active: boolean;
}

export class Recordings {
  readonly folder: RecordingFolder;
  readonly #maxBytes: number;
  readonly #rules = new Map<string, RecordingRule>();
  #shards: Shards | null = null;
  #serial = 0;

  /** @param maxBytes of all recordings. @throws StoreError */
  constructor(folder: string, maxBytes: number) {
    this.folder = new RecordingFolder(folder);
    this.#maxBytes = maxBytes;
  }

  attach(shards: Shards): void {
    this.#shards = shards;
  }

  /** The rules in force, by function. */
  get rules(): RecordingRule[] {
    for (const [name, { until }] of this.#rules) if (until <= Date.now()) this.#rules.delete(name);
    return [...this.#rules.values()];
  }

  /** Records rooms of a function that are made from now on, in place of its rule before. @throws RecordingError */
  async record(request: RecordingRequest): Promise<RecordingRule> {
    check(request);
    const { function: functionName, rooms, seconds, bytes } = request;
    const others = this.rules.filter((rule) => rule.function !== functionName);
    const promised = others.reduce((sum, rule) => sum + rule.bytes, 0);
    const free = this.#maxBytes - this.folder.bytes - promised;
    if (bytes > free) {
      const advice =
        "remove recordings (rockpool record --remove ID), ask for fewer (--max-bytes), or raise recordingBytes";
      throw new RecordingError(
        "recordings-full",
        `recordings may take ${Math.max(0, free)} bytes more here, not ${bytes}: ${advice}`,
      );
    }
    const id = `${Date.now().toString(36)}${(this.#serial++ % 36).toString(36)}`;
    const rule = { id, function: functionName, rooms, until: Date.now() + seconds * 1000, bytes };
    this.#rules.set(functionName, rule);
    await this.#shards?.record(this.rules);
    return rule;
  }

  /** Ends the recordings of a function, or all; how many rules that were. */
  async stop(functionName: string | null): Promise<number> {
    const going = this.rules.filter((rule) => functionName === null || rule.function === functionName);
    for (const rule of going) this.#rules.delete(rule.function);
    await this.#shards?.record(this.rules);
    return going.length;
  }

  async list(): Promise<ListedRecording[]> {
    const active = new Set(await this.#shards?.recordings());
    return (await this.folder.list()).map((one) => ({ ...one, active: active.has(one.id) }));
  }

  /** The file of a recording. @throws RecordingError */
  path(id: string): string {
    if (this.folder.has(id)) return recordingPath(this.folder.path, id);
    throw new RecordingError(
      "no-such-recording",
      "no such recording is here; `rockpool record --list` shows all",
    );
  }

  /** @throws RecordingError */
  async remove(id: string): Promise<void> {
    this.path(id);
    const active = (await this.#shards?.recordings()) ?? [];
    if (active.includes(id)) {
      const message = "the room is still being recorded; say `rockpool record --stop` first";
      throw new RecordingError("still-recording", message);
    }
    this.folder.remove(id);
  }
}

function check({ function: functionName, rooms, seconds, bytes }: RecordingRequest): void {
  if (!isName(functionName)) throw bad(`a function's name is ${NAME_RULE}`);
  if (!isPattern(rooms)) throw bad(`rooms are named by ${PATTERN_RULE}`);
  if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS)) {
    throw bad(`seconds must be a whole number from 1 to ${MAX_SECONDS}`);
  }
  if (!(Number.isSafeInteger(bytes) && bytes >= MIN_BYTES)) {
    throw bad(`bytes must be a whole number from ${MIN_BYTES} up`);
  }
}

function bad(message: string): RecordingError {
  return new RecordingError("bad-recording", message);
}
