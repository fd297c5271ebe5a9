/**
 * Ticks as a player sees them. Each message of the `metronome` function carries room time, which is when its tick was
 * due on the room's own clock; how much later than that it arrives, beyond the least that was ever seen, is how late
 * the tick was. Nothing has to be known of the other process's clock but that it goes as fast.
 */
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { HistogramState } from "@rockpool/runtime/telemetry/stats.js";
import { crowd } from "./crowds.ts";

/** Ticks among which there is one that was not held up. */
const NEARBY_TICKS = 20;
const NS_PER_MS = 1e6;

/** By label, by room: milliseconds from room time to arrival, one a message. */
const heard = new Map<string, number[][]>();

/** Begins to listen to the rooms of a label. */
export function listen({ label }: { label: string }): void {
  const delays = crowd(label).map((player) => {
    const ofRoom: number[] = [];
    player.heard = (payload) => {
      // Behind the opcode. The double is exact for 104 days of nanoseconds.
      ofRoom.push(performance.now() - Number(payload.readBigUInt64LE(1)) / NS_PER_MS);
    };
    return ofRoom;
  });
  heard.set(label, delays);
}

/** How late the ticks since `listen` were, in microseconds; ticks that were dropped count as late until the next one. */
export function lateness({ label, periodMs }: { label: string; periodMs: number }): HistogramState {
  const late = new Histogram();
  for (const delays of heard.get(label) ?? []) addRoom(late, delays, periodMs);
  heard.delete(label);
  return late.state();
}

/**
 * Room time stands still for a tick that is dropped, so from then on messages are a period further behind it: what is
 * no multiple of the period is lateness, and the multiples are what was dropped.
 */
function addRoom(late: Histogram, delays: readonly number[], periodMs: number): void {
  const least = Math.min(...delays);
  let dropped = 0;
  for (let n = 0; n < delays.length; n++) {
    const nearby = Math.min(...delays.slice(n, n + NEARBY_TICKS));
    const periods = Math.max(dropped, Math.round((nearby - least) / periodMs));
    const lateMs = Math.max(0, delays[n]! - least - periods * periodMs);
    for (let missed = 1; missed <= periods - dropped; missed++)
      late.record((lateMs + missed * periodMs) * 1000);
    late.record(lateMs * 1000);
    dropped = periods;
  }
}
