// Echo: every message goes back to its sender. The smallest whole room, and what the benchmarks measure.
import { Reader, Room } from "@rockpool/assembly";

export default class Echo extends Room {
  onMessage(player: u32, message: Reader): void {
    this.send(player, message);
  }
}
