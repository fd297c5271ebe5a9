import { Writer } from "@rockpool/assembly";

/** What happened in a tick, for the page to show: see messages.ts for its bytes. */
export enum EventKind {
  /** a: pearl. */
  PearlAppeared = 1,
  /** a: pearl, b: who took it. */
  PearlTaken = 2,
  /** a: who struck, b: who lost a shell. */
  Hit = 3,
  /** a: who struck, b: who popped. */
  Popped = 4,
  /** a: who. */
  Dashed = 5,
  /** a: who. */
  Appeared = 6,
}

/** The events since the last snapshot, already as bytes. */
export class Events {
  bytes: Writer = new Writer(512);
  count: i32 = 0;

  add(kind: EventKind, a: i32, b: i32, x: f64, y: f64): void {
    this.count++;
    this.bytes.u8(<u8>kind).u8(<u8>a).u8(<u8>b).u16(<u16>(x * 32)).u16(<u16>(y * 32));
  }

  clear(): void {
    this.count = 0;
    this.bytes.clear();
  }
}
