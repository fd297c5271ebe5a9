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
