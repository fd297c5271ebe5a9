import { Reader, Records, Writer } from "@rockpool/assembly";
import { Event, EventKind } from "./messages";

/** Joins between two ticks have no bound, but a message does. Only those that are merely shown are left out. */
const MAX_APPEARED: i32 = 512;

/** What happened since the last snapshot, for the page to show. */
export class Events {
  list: Records<Event> = new Records<Event>();

  add(what: EventKind, a: i32, b: i32, x: f64, y: f64): void {
    if (what == EventKind.Appeared && this.list.length >= MAX_APPEARED) return;
    const event = this.list.add();
    event.what = what;
    event.a = <u8>a;
    event.b = <u8>b;
    event.x = <u16>(x * 32);
    event.y = <u16>(y * 32);
  }

  /** Those of a saved pool: a pearl that the page is not told of would never be seen there. */
  write(out: Writer): void {
    out.varint(this.list.length);
    for (let i = 0; i < this.list.length; i++) {
      const event = this.list[i];
      out.u8(<u8>event.what).u8(event.a).u8(event.b).u16(event.x).u16(event.y);
    }
  }

  /** Reads what `write` wrote, in place of what is there. */
  read(state: Reader): void {
    this.list.clear();
    const count = state.varint();
    for (let i: u32 = 0; i < count && state.ok; i++) {
      const event = this.list.add();
      event.what = <EventKind>state.u8();
      event.a = state.u8();
      event.b = state.u8();
      event.x = state.u16();
      event.y = state.u16();
    }
  }

  clear(): void {
    this.list.clear();
  }
}
