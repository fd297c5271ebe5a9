/** Reads the inputs of a slice, strictly, into one object that is used again for each. */
import { DamagedRecord, malformed } from "../bytes/damage.ts";
import { ByteReader } from "../bytes/reader.ts";
import { readHash, readPairs } from "../snapshot/hostStateCodec.ts";
import { InputKind, WHOLE_TIME } from "./inputs.ts";
import type { JournalSlice } from "./journal.ts";

const NOTHING = new Uint8Array(0);
const MAX_REASON = 255;

export class JournalReader {
  /** The input read last. Which of the fields below mean something, `InputKind` says. */
  kind: InputKind = InputKind.Close;
  /** Its number; of a run of ticks, the number of the first. */
  sequence: number;
  /** Room time in nanoseconds; of ticks, that of the input before. */
  timeNs = 0;
  player = 0;
  /** Timer id, tag, or why a player left. */
  value = 0;
  /** How many ticks in a row; 1 for all else. */
  count = 0;
  /** Config, message or host data: a view of the slice. */
  data: Uint8Array = NOTHING;
  claims: readonly (readonly [string, string])[] = [];
  token: Uint8Array | null = null;
  text = "";

  readonly #reader: ByteReader;
  readonly #last: number;
  readonly #after: number;
  #timed = false;

  /** @param after inputs up to this number are passed over: the snapshot contains them. */
  constructor(slice: JournalSlice, after = slice.first - 1) {
    this.#reader = new ByteReader(slice.bytes);
    this.#last = slice.last;
    this.#after = after;
    this.sequence = slice.first - 1;
  }

  /**
   * Reads the next input; false at the end.
   * @throws DamagedRecord
   */
  next(): boolean {
    do {
      if (this.#reader.left === 0) {
        if (this.sequence + this.count - 1 >= this.#last || this.#isEmpty()) return false;
        throw new DamagedRecord("wrong-length", `the journal ends before input ${this.#last}`);
      }
      this.#read();
    } while (this.sequence + this.count - 1 <= this.#after);
    const passed = this.#after + 1 - this.sequence;
    if (passed > 0) {
      this.sequence += passed;
      this.count -= passed;
    }
    return true;
  }

  #isEmpty(): boolean {
    return this.count === 0 && this.sequence >= this.#last;
  }

  #read(): void {
    const reader = this.#reader;
    this.sequence += Math.max(1, this.count);
    const first = reader.u8();
    const kind = (first & ~WHOLE_TIME) as InputKind;
    this.kind = kind;
    this.count = 1;
    if (first === InputKind.Tick) {
      this.count = reader.varint();
      if (this.count === 0) throw malformed("a run of no ticks");
    } else {
      const time = reader.varint();
      const whole = first !== kind;
      if (!whole && !this.#timed) throw malformed("the first time is not written whole");
      this.timeNs = whole ? time : this.timeNs + time;
      this.#timed = true;
      this.#fields(kind);
    }
    if (this.sequence + this.count - 1 > this.#last)
      throw malformed("the journal has more inputs than it says");
  }

  #fields(kind: InputKind): void {
    const reader = this.#reader;
    switch (kind) {
      case InputKind.Create:
        this.data = reader.view();
        break;
      case InputKind.Join:
        this.player = reader.u32Varint();
        this.claims = readPairs(reader);
        this.token = readHash(reader);
        break;
      case InputKind.Message:
        this.player = reader.u32Varint();
        this.data = reader.view();
        break;
      case InputKind.Timer:
        this.value = reader.u32Varint();
        break;
      case InputKind.Drop:
        this.player = reader.u32Varint();
        break;
      case InputKind.Rejoin:
        this.player = reader.u32Varint();
        this.token = readHash(reader);
        break;
      case InputKind.Leave:
        this.player = reader.u32Varint();
        this.value = reader.varintTo(MAX_REASON);
        break;
      case InputKind.Fault:
        this.text = reader.text();
        break;
      case InputKind.Close:
        break;
      case InputKind.Host:
        this.value = reader.u32Varint();
        this.data = reader.view();
        break;
      default:
        throw malformed(`an input of unknown kind ${kind}`);
    }
  }
}
