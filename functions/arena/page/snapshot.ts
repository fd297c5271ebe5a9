/** What the room tells, in the page's units: what messages.rock packs into whole numbers, unpacked, and by slot. */
import type {
  Creature as PackedCreature,
  Event as PackedEvent,
  ToPlayerRoster,
  ToPlayerScene,
  ToPlayerSnapshot,
} from "./messages.ts";

export interface Point {
  x: number;
  y: number;
}

export interface Circle extends Point {
  radius: number;
}

export interface Scene {
  width: number;
  height: number;
  rocks: Circle[];
  pearls: Map<number, Point>;
}

/** Who is in a slot. */
export interface Resident {
  /** A bot has an id that no player has. */
  player: number;
  name: string;
  bot: boolean;
}

/** Directions are of length 1 and `rest` is the share that is left, 0 to 1; the others are as in messages.rock. */
export type Creature = PackedCreature;
export type PoolEvent = PackedEvent;

export interface Snapshot {
  step: number;
  creatures: Map<number, Creature>;
  events: PoolEvent[];
}

/** In the place of a player's id. */
const BOT = 0xffff_ffff;
/** Positions in motion come in steps of 1/32 of a unit. */
const STEPS = 32;

export function unpackScene({ width, height, rocks, pearls }: ToPlayerScene): Scene {
  return { width, height, rocks, pearls: new Map(pearls.map((pearl) => [pearl.id, unpackPoint(pearl)])) };
}

export function unpackRoster({ residents }: ToPlayerRoster): Map<number, Resident> {
  return new Map(
    residents.map(({ slot, player, name }) => [slot, { player: player ?? BOT, name, bot: player === null }]),
  );
}

export function unpackSnapshot({ step, creatures, events }: ToPlayerSnapshot): Snapshot {
  return {
    step,
    creatures: new Map(creatures.map((creature) => [creature.slot, unpackCreature(creature)])),
    events: events.map((event) => ({ ...event, ...unpackPoint(event) })),
  };
}

function unpackCreature(creature: PackedCreature): Creature {
  return {
    ...creature,
    ...unpackPoint(creature),
    faceX: creature.faceX / 127,
    faceY: creature.faceY / 127,
    rest: creature.rest / 255,
  };
}

function unpackPoint({ x, y }: Point): Point {
  return { x: x / STEPS, y: y / STEPS };
}
