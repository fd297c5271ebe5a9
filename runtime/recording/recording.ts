/** A whole recording, read and checked: what was recorded, its inputs in stretches from mark to mark, and how it ends. */
import { DamagedRecord, malformed } from "../bytes/damage.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { JournalSlice } from "../journal/journal.ts";
import { encodeFrame, type Frame, FrameKind, type FramesTail, readFrames } from "./frames.ts";
import { decodeHeader, type RecordingHeader } from "./header.ts";
import { decodeEnd, decodeMark, type Mark, type RecordingEnd } from "./marks.ts";

/** Inputs in a row, and what the state is to be behind them; null: nobody knows. */
export interface Stretch {
  readonly slices: readonly JournalSlice[];
  readonly mark: Mark | null;
}

export interface Recording {
  readonly header: RecordingHeader;
  /** The component that was put in, or null. */
  readonly component: Uint8Array | null;
  readonly stretches: readonly Stretch[];
  /** Why it ends; null: its writer was killed, or has not finished. */
  readonly end: RecordingEnd | null;
  readonly tail: FramesTail;
  /** The last input that is whole. */
  readonly sequence: number;
}

/** Inputs as a frame. */
export function encodeInputs(slice: JournalSlice): Buffer {
  const payload = new ByteWriter(slice.bytes.length + 18);
  payload.varint(slice.first).varint(slice.last).raw(slice.bytes);
  return encodeFrame(FrameKind.Inputs, payload.view);
}

/**
 * Reads a recording. A torn tail is left out, and told of.
 * @throws DamagedRecord when it is none, or is damaged before its last frame
 */
export function readRecording(bytes: Buffer): Recording {
  const { frames, tail } = readFrames(bytes);
  const [first, ...rest] = frames;
  if (first?.kind !== FrameKind.Header) throw new DamagedRecord("not-a-record", "this is no recording");
  const reading = new Reading(decodeHeader(first.payload));
  for (const frame of rest) reading.take(frame);
  return reading.finish(tail);
}

/** The recording with the component inside, in place of one that is in it already. */
export function withComponent(bytes: Buffer, component: Uint8Array): Buffer {
  const { frames, tail } = readFrames(bytes);
  const whole = tail.status === "torn" ? bytes.subarray(tail.at) : Buffer.alloc(0);
  const [header, ...rest] = frames;
  if (header?.kind !== FrameKind.Header) throw new DamagedRecord("not-a-record", "this is no recording");
  const others = rest.filter(({ kind }) => kind !== FrameKind.Component);
  return Buffer.concat([
    encodeFrame(FrameKind.Header, header.payload),
    encodeFrame(FrameKind.Component, component),
    ...others.map(({ kind, payload }) => encodeFrame(kind, payload)),
    whole,
  ]);
}

class Reading {
  readonly #header: RecordingHeader;
  readonly #stretches: Stretch[] = [];
  #component: Uint8Array | null = null;
  #slices: JournalSlice[] = [];
  #end: RecordingEnd | null = null;
  #sequence = 0;

  constructor(header: RecordingHeader) {
    this.#header = header;
  }

  take({ kind, payload }: Frame): void {
    if (this.#end !== null) throw malformed("something follows the recording's end");
    switch (kind) {
      case FrameKind.Inputs:
        this.#inputs(payload);
        break;
      case FrameKind.Mark:
        this.#mark(decodeMark(payload));
        break;
      case FrameKind.End:
        this.#end = decodeEnd(payload);
        this.#at(this.#end.sequence, "the end");
        break;
      case FrameKind.Component:
        if (this.#component !== null || this.#sequence > 0) throw malformed("a component out of its place");
        this.#component = payload;
        break;
      default:
        throw malformed("a second header");
    }
  }

  finish(tail: FramesTail): Recording {
    if (this.#slices.length > 0) this.#stretches.push({ slices: this.#slices, mark: null });
    return {
      header: this.#header,
      component: this.#component,
      stretches: this.#stretches,
      end: this.#end,
      tail,
      sequence: this.#sequence,
    };
  }

  #inputs(payload: Buffer): void {
    const reader = new ByteReader(payload);
    const [first, last] = [reader.varint(), reader.varint()];
    if (first !== this.#sequence + 1 || last < first) {
      throw new DamagedRecord("out-of-place", `inputs ${first} to ${last} follow input ${this.#sequence}`);
    }
    this.#slices.push({ first, last, bytes: payload.subarray(reader.at) });
    this.#sequence = last;
  }

  #mark(mark: Mark): void {
    this.#at(mark.sequence, "a mark");
    this.#stretches.push({ slices: this.#slices, mark });
    this.#slices = [];
  }

  #at(sequence: number, what: string): void {
    if (sequence === this.#sequence) return;
    throw new DamagedRecord(
      "out-of-place",
      `${what} of input ${sequence} stands behind input ${this.#sequence}`,
    );
  }
}
