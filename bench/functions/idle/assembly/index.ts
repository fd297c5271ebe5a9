// The least that a living room can be: it counts its ticks.
import { Room } from "@rockpool/assembly";

export default class Idle extends Room {
  private ticks: u32 = 0;

  onTick(dtMs: f64): void {
    this.ticks++;
  }
}
