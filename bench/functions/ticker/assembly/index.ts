// A room that only ticks: 32 bodies move in a box and bounce off its walls. It sends nothing.
import { Reader, Room } from "@rockpool/assembly";

const BODIES = 32;
const SIZE: f64 = 1000;

export default class Ticker extends Room {
  private x: StaticArray<f64> = new StaticArray<f64>(BODIES);
  private v: StaticArray<f64> = new StaticArray<f64>(BODIES);

  onCreate(config: Reader): void {
    for (let i = 0; i < BODIES; i++) {
      this.x[i] = Math.random() * SIZE;
      this.v[i] = (Math.random() - 0.5) * 0.2;
    }
  }

  onTick(dtMs: f64): void {
    for (let i = 0; i < BODIES; i++) {
      let x = this.x[i] + this.v[i] * dtMs;
      if (x < 0 || x > SIZE) {
        this.v[i] = -this.v[i];
        x = x < 0 ? -x : 2 * SIZE - x;
      }
      this.x[i] = x;
    }
  }
}
