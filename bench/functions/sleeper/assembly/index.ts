// A room whose state is random, and so cannot be compressed; its name says how many bytes. It tells whoever asks the
// state's hash, and how many players have joined: what a room that sleeps must not lose.
import { Claims, Reader, Room } from "@rockpool/assembly";

export default class Sleeper extends Room {
  private state: StaticArray<u64> = new StaticArray<u64>(0);
  private joins: u32 = 0;

  onCreate(config: Reader): void {
    const name = this.name();
    this.state = new StaticArray<u64>(I32.parseInt(name.substring(0, name.indexOf("-"))) >> 3);
    // xorshift64 (Marsaglia, 2003).
    let x = this.random() | 1;
    for (let i = 0; i < this.state.length; i++) {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      this.state[i] = x;
    }
  }

  onJoin(player: u32, claims: Claims): void {
    this.joins++;
  }

  onMessage(player: u32, message: Reader): void {
    // FNV-1a, eight bytes at a time.
    let hash: u64 = 0xcbf29ce484222325;
    for (let i = 0; i < this.state.length; i++) hash = (hash ^ this.state[i]) * 0x100000001b3;
    this.send(player, this.writer().u64(hash).u32(this.joins));
  }
}
