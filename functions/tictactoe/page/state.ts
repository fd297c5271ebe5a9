/** Tic-tac-toe's messages on the page's side; the table in ../assembly/index.ts describes every byte. */
import { Reader } from "@rockpool/client";

export type Mark = "" | "x" | "o";
export type Phase = "waiting" | "playing" | "won" | "draw";

export interface State {
  phase: Phase;
  /** Whose turn it is while playing, who won when won. */
  mark: Mark;
  /** "" for a watcher. */
  you: Mark;
  /** Player ids; null: the seat is free. */
  x: number | null;
  o: number | null;
  cells: Mark[];
  /** The winning line, or nothing. */
  line: number[];
  wins: { x: number; o: number };
  draws: number;
  rematch: { x: boolean; o: boolean };
  away: { x: boolean; o: boolean };
  watching: number;
}

export type Message =
  | { kind: "state"; state: State }
  | { kind: "refused"; reason: string }
  | { kind: "unknown" };

const PHASES: readonly Phase[] = ["waiting", "playing", "won", "draw"];
const MARKS: readonly Mark[] = ["", "x", "o"];
const NOBODY = 0xffff_ffff;

export function readMessage(bytes: Uint8Array): Message {
  const reader = new Reader(bytes);
  const kind = reader.u8();
  if (kind === 0x82) return { kind: "refused", reason: reader.text() };
  if (kind !== 0x81) return { kind: "unknown" };
  const state: State = {
    phase: PHASES[reader.u8()] ?? "waiting",
    mark: readMark(reader),
    you: readMark(reader),
    x: readPlayer(reader),
    o: readPlayer(reader),
    cells: Array.from({ length: 9 }, () => readMark(reader)),
    line: [reader.u8(), reader.u8(), reader.u8()].filter((cell) => cell < 9),
    wins: { x: reader.u16(), o: reader.u16() },
    draws: reader.u16(),
    rematch: readBoth(reader),
    away: readBoth(reader),
    watching: reader.u8(),
  };
  return reader.ok ? { kind: "state", state } : { kind: "unknown" };
}

function readMark(reader: Reader): Mark {
  return MARKS[reader.u8()] ?? "";
}

function readPlayer(reader: Reader): number | null {
  const player = reader.u32();
  return player === NOBODY ? null : player;
}

function readBoth(reader: Reader): { x: boolean; o: boolean } {
  const bits = reader.u8();
  return { x: (bits & 1) !== 0, o: (bits & 2) !== 0 };
}

export const MOVE = 0x01;
export const REMATCH = 0x02;
