import { Reader, Writer } from "@rockpool/assembly";
import { readNumber } from "./numbers";
import { isClear, Rock } from "./rocks";
import { HEIGHT, PEARL_RADIUS, PEARL_SLOTS, PEARL_TIME, PEARLS, RADIUS, WIDTH } from "./rules";

/** Pearls that lie in the pool, by id: 0 … PEARL_SLOTS - 1. */
export class Pearls {
  lies: StaticArray<bool> = new StaticArray<bool>(PEARL_SLOTS);
  x: StaticArray<f64> = new StaticArray<f64>(PEARL_SLOTS);
  y: StaticArray<f64> = new StaticArray<f64>(PEARL_SLOTS);
  count: i32 = 0;
  private wait: f64 = 0;

  constructor(private rocks: Rock[]) {}

  /** Puts a pearl down; its id, or -1 when there is none to spare or no room for it. */
  drop(x: f64, y: f64): i32 {
    if (this.count == PEARL_SLOTS) return -1;
    const edge = RADIUS;
    if (x < edge || x > WIDTH - edge || y < edge || y > HEIGHT - edge) return -1;
    if (!isClear(this.rocks, x, y, PEARL_RADIUS + 4)) return -1;
    let id = 0;
    while (this.lies[id]) id++;
    this.lies[id] = true;
    this.x[id] = x;
    this.y[id] = y;
    this.count++;
    return id;
  }

  take(id: i32): void {
    this.lies[id] = false;
    this.count--;
  }

  /** Grows a pearl now and then while there are too few; its id, or -1. */
  grow(dt: f64): i32 {
    this.wait -= dt;
    if (this.count >= PEARLS || this.wait > 0) return -1;
    this.wait = PEARL_TIME;
    return this.scatter();
  }

  /** Puts a pearl anywhere; its id, or -1 when the place was taken by a rock. */
  scatter(): i32 {
    return this.drop(Math.random() * WIDTH, Math.random() * HEIGHT);
  }

  /** What a saved pool holds of them. */
  write(out: Writer): void {
    out.f64(this.wait).varint(this.count);
    for (let id = 0; id < PEARL_SLOTS; id++) {
      if (this.lies[id]) out.u8(<u8>id).f64(this.x[id]).f64(this.y[id]);
    }
  }

  /** Reads what `write` wrote, in place of all that lie; false when there is an id that is none here. */
  read(state: Reader): bool {
    this.lies.fill(false);
    this.wait = readNumber(state);
    this.count = <i32>state.varint();
    for (let i = 0; i < this.count && state.ok; i++) {
      const id = state.u8();
      if (<i32>id >= PEARL_SLOTS) return false;
      this.lies[id] = true;
      this.x[id] = readNumber(state);
      this.y[id] = readNumber(state);
    }
    return state.ok;
  }

  /** The pearl nearest to a point, or -1. */
  nearest(x: f64, y: f64): i32 {
    let found = -1;
    let best = Infinity;
    for (let id = 0; id < PEARL_SLOTS; id++) {
      if (!this.lies[id]) continue;
      const dx = this.x[id] - x;
      const dy = this.y[id] - y;
      const square = dx * dx + dy * dy;
      if (square < best) {
        best = square;
        found = id;
      }
    }
    return found;
  }
}
