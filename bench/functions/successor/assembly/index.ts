// A room whose code is replaced while its players talk to it: it answers each message with that message's number and
// with how many it has heard in all, and hands a table of 16 KiB on to its successor.
import { Reader, Room, Writer } from "@rockpool/assembly";

const ENTRIES = 2048;

export default class Successor extends Room {
  private heard: u32 = 0;
  private table: StaticArray<u64> = new StaticArray<u64>(ENTRIES);

  onCreate(config: Reader): void {
    for (let i = 0; i < ENTRIES; i++) this.table[i] = this.random();
  }

  onMessage(player: u32, message: Reader): void {
    this.heard++;
    this.table[this.heard % ENTRIES]++;
    this.send(player, this.writer().u32(message.u32()).u32(this.heard));
  }

  onTick(dtMs: f64): void {
    this.table[0]++;
  }

  onSave(out: Writer): void {
    out.u32(this.heard);
    for (let i = 0; i < ENTRIES; i++) out.u64(this.table[i]);
  }

  onRestore(state: Reader): void {
    this.heard = state.u32();
    for (let i = 0; i < ENTRIES; i++) this.table[i] = state.u64();
    if (!state.ok) this.refuse("the table was torn");
  }
}
