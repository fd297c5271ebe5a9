import { Reader, Writer } from "@rockpool/assembly";
import { readNumber } from "./numbers";
import { GAP, HEIGHT, ROCK_MAX, ROCK_MIN, ROCKS, WIDTH } from "./rules";

export class Rock {
  constructor(
    public x: f64,
    public y: f64,
    public radius: f64,
  ) {}

  /** Distance from a point to the rock's edge; negative inside. */
  distance(x: f64, y: f64): f64 {
    const dx = x - this.x;
    const dy = y - this.y;
    return Math.sqrt(dx * dx + dy * dy) - this.radius;
  }
}

/** A new arrangement of rocks for a room; positions are whole numbers, so that the page draws them exactly. */
export function placeRocks(): Rock[] {
  const rocks: Rock[] = [];
  // The tries are bounded: a crowded pool has fewer rocks rather than an endless search.
  for (let tries = 0; tries < 300 && rocks.length < ROCKS; tries++) {
    const radius = Math.floor(ROCK_MIN + Math.random() * (ROCK_MAX - ROCK_MIN));
    const margin = radius + GAP;
    const x = Math.floor(margin + Math.random() * (WIDTH - 2 * margin));
    const y = Math.floor(margin + Math.random() * (HEIGHT - 2 * margin));
    if (isClear(rocks, x, y, margin)) rocks.push(new Rock(x, y, radius));
  }
  return rocks;
}

/** What a saved pool holds of them: no other pool has the same. */
export function writeRocks(rocks: Rock[], out: Writer): void {
  out.varint(rocks.length);
  for (let i = 0; i < rocks.length; i++) out.f64(rocks[i].x).f64(rocks[i].y).f64(rocks[i].radius);
}

/** Reads what `writeRocks` wrote, in place of what is there: others hold the same list. */
export function readRocks(rocks: Rock[], state: Reader): void {
  rocks.length = 0;
  const count = state.varint();
  for (let i: u32 = 0; i < count && state.ok; i++) {
    const x = readNumber(state);
    const y = readNumber(state);
    rocks.push(new Rock(x, y, readNumber(state)));
  }
}

/** Whether a point is farther than `margin` from every rock. */
export function isClear(rocks: Rock[], x: f64, y: f64, margin: f64): bool {
  for (let i = 0; i < rocks.length; i++) {
    if (rocks[i].distance(x, y) < margin) return false;
  }
  return true;
}
