/** Arena's messages on the page's side; ../assembly/messages.ts describes every byte. */
import { Reader, type Writer } from "@rockpool/client";

export interface Circle {
  x: number;
  y: number;
  radius: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Scene {
  width: number;
  height: number;
  rocks: Circle[];
  pearls: Map<number, Point>;
}

/** Who is in a slot. */
export interface Resident {
  player: number;
  name: string;
  bot: boolean;
}

export interface Creature extends Point {
  slot: number;
  faceX: number;
  faceY: number;
  shells: number;
  dashing: boolean;
  stunned: boolean;
  shielded: boolean;
  gone: boolean;
  /** Share of the rest that is left until the next dash: 0 to 1. */
  rest: number;
  score: number;
  /** The player's latest input that the room knew. */
  sequence: number;
}

/** In the place of a player's id. */
const BOT = 0xffff_ffff;

export const EventKind = {
  PearlAppeared: 1,
  PearlTaken: 2,
  Hit: 3,
  Popped: 4,
  Dashed: 5,
  Appeared: 6,
} as const;

export interface PoolEvent extends Point {
  kind: number;
  a: number;
  b: number;
}

export interface Snapshot {
  step: number;
  creatures: Map<number, Creature>;
  events: PoolEvent[];
}

export type Message =
  | { kind: "scene"; scene: Scene }
  | { kind: "roster"; roster: Map<number, Resident> }
  | { kind: "snapshot"; snapshot: Snapshot }
  | { kind: "unknown" };

export function readMessage(bytes: Uint8Array): Message {
  const reader = new Reader(bytes);
  const kind = reader.u8();
  const message = readBody(kind, reader);
  return reader.ok ? message : { kind: "unknown" };
}

function readBody(kind: number, reader: Reader): Message {
  if (kind === 1) return { kind: "scene", scene: readScene(reader) };
  if (kind === 2) return { kind: "roster", roster: readRoster(reader) };
  if (kind === 3) return { kind: "snapshot", snapshot: readSnapshot(reader) };
  return { kind: "unknown" };
}

function readPoint(reader: Reader): Point {
  return { x: reader.u16() / 32, y: reader.u16() / 32 };
}

function readScene(reader: Reader): Scene {
  const scene: Scene = { width: reader.u16(), height: reader.u16(), rocks: [], pearls: new Map() };
  for (let n = reader.u8(); n > 0; n--) {
    scene.rocks.push({ x: reader.u16(), y: reader.u16(), radius: reader.u8() });
  }
  for (let n = reader.u8(); n > 0; n--) scene.pearls.set(reader.u8(), readPoint(reader));
  return scene;
}

function readRoster(reader: Reader): Map<number, Resident> {
  const roster = new Map<number, Resident>();
  for (let n = reader.u8(); n > 0; n--) {
    const slot = reader.u8();
    const player = reader.u32();
    roster.set(slot, { player, name: reader.string(), bot: player === BOT });
  }
  return roster;
}

function readSnapshot(reader: Reader): Snapshot {
  const snapshot: Snapshot = { step: reader.u32(), creatures: new Map(), events: [] };
  for (let n = reader.u8(); n > 0; n--) {
    const creature = readCreature(reader);
    snapshot.creatures.set(creature.slot, creature);
  }
  for (let n = reader.u16(); n > 0 && reader.ok; n--) {
    snapshot.events.push({ kind: reader.u8(), a: reader.u8(), b: reader.u8(), ...readPoint(reader) });
  }
  return snapshot;
}

function readCreature(reader: Reader): Creature {
  const slot = reader.u8();
  const { x, y } = readPoint(reader);
  const faceX = reader.i8() / 127;
  const faceY = reader.i8() / 127;
  const state = reader.u8();
  return {
    slot,
    x,
    y,
    faceX,
    faceY,
    shells: state & 3,
    dashing: (state & 4) !== 0,
    stunned: (state & 8) !== 0,
    shielded: (state & 16) !== 0,
    gone: (state & 32) !== 0,
    rest: reader.u8() / 255,
    score: reader.u16(),
    sequence: reader.u16(),
  };
}

export function writeInput(writer: Writer, sequence: number, keys: number): Uint8Array {
  return writer.clear().u8(1).u16(sequence).u8(keys).view();
}

export function writeName(writer: Writer, name: string): Uint8Array {
  return writer.clear().u8(2).string(name).view();
}
