/**
 * `wasi:clocks`: both clocks are `now` of the world. In a room that is room time, so the wall clock of every room
 * starts with 1970; in a call it is the time of day.
 */
import { resultArea, running } from "../lowering.ts";

const NS_PER_SECOND = 1_000_000_000n;

function nanoseconds(): bigint {
  const guest = running();
  return guest.admit(0) ? guest.host.now() : 0n;
}

/** Writes a `datetime`: seconds as u64, nanoseconds as u32. */
function lowerDatetime(result: number, read: () => bigint): void {
  const guest = running();
  const at = result >>> 0;
  if (!guest.admit(0) || !resultArea(guest, at, 16, 8)) return;
  const time = read();
  const seconds = time / NS_PER_SECOND;
  guest.writeU32(at, Number(seconds & 0xffffffffn));
  guest.writeU32(at + 4, Number(seconds >> 32n));
  guest.writeU32(at + 8, Number(time % NS_PER_SECOND));
}

const resolution = () => 1n;

export const monotonicClock = {
  now: nanoseconds,
  resolution(): bigint {
    return running().admit(0) ? resolution() : 0n;
  },
};

export const wallClock = {
  now(result: number): void {
    lowerDatetime(result, () => running().host.now());
  },
  resolution(result: number): void {
    lowerDatetime(result, resolution);
  },
};
