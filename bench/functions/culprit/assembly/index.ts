// A room that spends in every tick nearly all the fuel that it has by default; its name says on what. It is quiet for
// its first second, so that what it does in its ticks can be told from what it takes to set it up.
import { Reader, Room } from "@rockpool/assembly";

const LINE: usize = 64;
const LINES: u32 = 262_144; // 16 MiB
const PAGE: usize = 65_536;
const PAGES: i32 = 256;

const QUIET_MS: f64 = 1000;

let sink: u64 = 1;
let arena: usize = 0;

export default class Culprit extends Room {
  private kind: string = "";

  onCreate(config: Reader): void {
    const name = this.name();
    this.kind = name.substring(0, name.indexOf("-"));
    if (this.kind == "chase" || this.kind == "fill") arena = <usize>memory.grow(PAGES) * PAGE;
    if (this.kind == "chase") link();
  }

  onTick(dtMs: f64): void {
    // This one lives for one tick.
    if (this.kind == "regrow") {
      regrow();
      fill(FILLS - 1);
      this.end();
      return;
    }
    if (this.nowMs() < QUIET_MS) return;
    if (this.kind == "adds") add(ADDS);
    else if (this.kind == "chase") chase(LOADS);
    else if (this.kind == "fill") fill(FILLS);
    else if (this.kind == "hostcalls") ask(this, ASKED);
  }
}

const ADDS: u32 = 660_000;
const LOADS: u32 = 615_000;
const FILLS: u32 = 9;
const ASKED: u32 = 7_900;

function add(rounds: u32): void {
  let sum = sink;
  for (let n: u32 = 0; n < rounds; n++) sum += sum >> 3;
  sink = sum;
}

/**
 * One cycle through all cache lines of 16 MiB, so that every load is a miss: the linear congruential generator has
 * its full period (Knuth, TAOCP 3.2.1.2, Theorem A).
 */
function link(): void {
  for (let n: u32 = 0; n < LINES; n++) store<u32>(arena + n * LINE, (n * 1664525 + 1013904223) % LINES);
}

function chase(rounds: u32): void {
  let line: u32 = <u32>sink % LINES;
  for (let n: u32 = 0; n < rounds; n++) line = load<u32>(arena + line * LINE);
  sink = line;
}

function fill(rounds: u32): void {
  for (let n: u32 = 0; n < rounds; n++) memory.fill(arena, <u8>n, LINES * LINE);
}

/** The calls that take their host longest for their price: a text, and a 64-bit number. */
function ask(room: Culprit, rounds: u32): void {
  for (let n: u32 = 0; n < rounds; n++) {
    room.log("busy");
    sink += room.random();
  }
}

/** To 16 MiB more than it was born with; `fill` then touches all of it. */
function regrow(): void {
  arena = <usize>memory.grow(PAGES) * PAGE;
}
