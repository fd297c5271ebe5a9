/**
 * What the page knows of the pool. Snapshots arrive unevenly, so others are shown a little in the past, between
 * two snapshots that are surely there: their movement stays smooth through jitter of up to {@link DELAY_MS}.
 */
import type { Creature, Point, PoolEvent, Resident, Scene, Snapshot } from "./snapshot.ts";

/** How far in the past others are shown, in milliseconds: two ticks at 30 Hz and some jitter. */
const DELAY_MS = 90;
/** A snapshot this late shows that the room skipped ticks. */
const PAUSE_MS = 250;
const KEPT_SNAPSHOTS = 40;
/** A creature that moved farther between two snapshots did not swim there. */
const JUMP = 120;

export class World {
  scene: Scene = { width: 1600, height: 1000, rocks: [], pearls: new Map() };
  roster = new Map<number, Resident>();
  /** Counts scenes, so that what was drawn of an old one can be thrown away. */
  scenes = 0;
  readonly #snapshots: Snapshot[] = [];
  readonly #tickMs: number;
  /** performance.now() of step 0, as the fastest snapshots suggest. */
  #start = Number.MAX_VALUE;
  #effects: PoolEvent[] = [];

  /** @param tickRate of the room, a second */
  constructor(tickRate: number) {
    this.#tickMs = 1000 / tickRate;
  }

  get latest(): Snapshot | undefined {
    return this.#snapshots.at(-1);
  }

  get previous(): Snapshot | undefined {
    return this.#snapshots.at(-2);
  }

  setScene(scene: Scene): void {
    this.scene = scene;
    this.scenes++;
  }

  add(snapshot: Snapshot, now: number): void {
    const start = now - snapshot.step * this.#tickMs;
    const late = start - this.#start;
    // Early ones are believed at once, and very late ones, since the room has paused; others only slowly,
    // since most are late by mere jitter.
    this.#start = late < 0 || late > PAUSE_MS ? start : this.#start + late * 0.01;
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > KEPT_SNAPSHOTS) this.#snapshots.shift();
    for (const event of snapshot.events) {
      if (event.what === "pearlAppeared") this.scene.pearls.set(event.a, { x: event.x, y: event.y });
      if (event.what === "pearlTaken") this.scene.pearls.delete(event.a);
      this.#effects.push(event);
    }
    // A hidden tab draws nothing and takes no effects.
    if (this.#effects.length > 200) this.#effects.splice(0, 100);
  }

  /** Forgets the snapshots: the room went back to before some of them, and lives that time again. */
  rewind(): void {
    this.#snapshots.length = 0;
    this.#effects.length = 0;
    this.#start = Number.MAX_VALUE;
  }

  /** Events not shown yet. */
  takeEffects(): PoolEvent[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** Every creature as it was {@link DELAY_MS} ago. */
  creaturesAt(now: number): Creature[] {
    const step = (now - DELAY_MS - this.#start) / this.#tickMs;
    const later = this.#snapshots.findIndex((snapshot) => snapshot.step > step);
    const to = later === -1 ? this.latest : this.#snapshots[later];
    if (!to) return [];
    const from = later > 0 ? this.#snapshots[later - 1]! : to;
    const share = from === to ? 1 : (step - from.step) / (to.step - from.step);
    return [...to.creatures.values()].map((creature) =>
      between(from.creatures.get(creature.slot), creature, share),
    );
  }

  /** Units a second of a creature, from its last two snapshots. */
  velocity(slot: number): Point {
    const [a, b] = [this.previous?.creatures.get(slot), this.latest?.creatures.get(slot)];
    if (!a || !b || a.gone || b.gone || Math.hypot(b.x - a.x, b.y - a.y) > JUMP) return { x: 0, y: 0 };
    const seconds = ((this.latest!.step - this.previous!.step) * this.#tickMs) / 1000;
    return { x: (b.x - a.x) / seconds, y: (b.y - a.y) / seconds };
  }

  /** The slot of a player, or null. */
  slotOf(player: number | null): number | null {
    for (const [slot, resident] of this.roster) {
      if (resident.player === player) return slot;
    }
    return null;
  }
}

function between(from: Creature | undefined, to: Creature, share: number): Creature {
  if (!from || from.gone !== to.gone || Math.hypot(to.x - from.x, to.y - from.y) > JUMP) return to;
  const mix = (a: number, b: number) => a + (b - a) * share;
  return {
    ...to,
    x: mix(from.x, to.x),
    y: mix(from.y, to.y),
    faceX: mix(from.faceX, to.faceX),
    faceY: mix(from.faceY, to.faceY),
  };
}
