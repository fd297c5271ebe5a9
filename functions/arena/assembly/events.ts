import { Records } from "@rockpool/assembly";
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

  clear(): void {
    this.list.clear();
  }
}
