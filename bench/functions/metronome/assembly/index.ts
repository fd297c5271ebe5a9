// A well-behaved room: each tick tells its players room time, which is when the tick was due.
import { Room } from "@rockpool/assembly";

export default class Metronome extends Room {
  onTick(dtMs: f64): void {
    this.broadcast(this.writer().u64(this.now()));
  }
}
