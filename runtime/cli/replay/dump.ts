/** The inputs of a recording as lines: number, room time, kind, player, and what was sent. */
import { InputKind } from "../../journal/inputs.ts";
import type { JournalReader } from "../../journal/reader.ts";
import { harmless, printJson, printLine } from "../output.ts";

/** One input, or a run of ticks. What does not apply is left out. */
export interface DumpedInput {
  input: number;
  /** Seconds of room time; of a run of ticks, that of the first. */
  time: number;
  kind: string;
  player?: number;
  /** How many ticks in a row. */
  count?: number;
  /** Timer, or why a player left (as in the WIT). */
  value?: number;
  /** Size of the message or config in bytes, and its bytes in hexadecimal. */
  bytes?: number;
  hex?: string;
  /** What `fault` told the game. */
  text?: string;
}

const NS_PER_SECOND = 1e9;
/** Longer messages are cut in lines for people. */
const SHOWN_HEX = 128;
const NAMES = new Map<number, string>(
  Object.entries(InputKind).map(([name, kind]) => [kind, name.toLowerCase()]),
);
const WITH_PLAYER: ReadonlySet<InputKind> = new Set([
  ...[InputKind.Join, InputKind.Message, InputKind.Drop, InputKind.Rejoin, InputKind.Leave],
]);

export class Dump {
  readonly #json: boolean;
  /** The run of ticks under way. */
  #ticks: DumpedInput | null = null;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** As RecordedMatch calls it for each input. */
  add(reader: JournalReader, sequence: number, timeNs: number): void {
    const time = timeNs / NS_PER_SECOND;
    if (reader.kind === InputKind.Tick) {
      this.#ticks ??= { input: sequence, time, kind: "tick", count: 0 };
      this.#ticks.count!++;
    } else {
      this.flush();
      this.#print(describe(reader, sequence, time));
    }
  }

  /** Prints the run of ticks under way. */
  flush(): void {
    if (this.#ticks !== null) this.#print(this.#ticks);
    this.#ticks = null;
  }

  #print(input: DumpedInput): void {
    if (this.#json) printJson(input);
    else printLine(lineOf(input));
  }
}

function describe(reader: JournalReader, input: number, time: number): DumpedInput {
  const { kind } = reader;
  const described: DumpedInput = { input, time, kind: NAMES.get(kind)! };
  if (WITH_PLAYER.has(kind)) described.player = reader.player;
  if (kind === InputKind.Timer || kind === InputKind.Leave) described.value = reader.value;
  if (kind === InputKind.Message || kind === InputKind.Create) {
    described.bytes = reader.data.length;
    described.hex = Buffer.from(reader.data).toString("hex");
  }
  if (kind === InputKind.Fault) described.text = reader.text;
  return described;
}

function lineOf({ input, time, kind, player, count, value, bytes, hex = "", text }: DumpedInput): string {
  const parts = [String(input).padStart(8), `${time.toFixed(3).padStart(10)} s`, kind.padEnd(7)];
  if (player !== undefined) parts.push(`player ${player}`);
  if (count !== undefined) parts.push(`× ${count}`);
  if (value !== undefined) parts.push(kind === "timer" ? `id ${value}` : `why ${value}`);
  if (bytes !== undefined)
    parts.push(`${bytes} B`, hex.length > SHOWN_HEX ? `${hex.slice(0, SHOWN_HEX)}…` : hex);
  if (text !== undefined) parts.push(harmless(text));
  return parts.join("  ").trimEnd();
}
