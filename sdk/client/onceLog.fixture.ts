/** What a client saw, and the checker of exactly once: it compares what both ends of a seat have logged. */
import type { Room } from "./node.ts";
import { readU32 } from "./u32.ts";

export class OnceLog {
  /** Values given to `send`. */
  readonly sent: number[] = [];
  /** Values that came and are not rolled back, in order; null for each that was missed. */
  readonly received: (number | null)[] = [];
  lost = 0;

  constructor(room: Room) {
    room.on("message", (bytes) => this.received.push(readU32(bytes)));
    room.on("resumed", ({ missed, rolledBack, lost }) => {
      this.received.length -= rolledBack;
      for (let i = 0; i < missed; i++) this.received.push(null);
      this.lost += lost;
    });
  }

  /** What is wrong, given what the room took in and what it sent; nothing when every one counts once. */
  problems(inputs: readonly number[], frames: readonly number[]): string[] {
    return [
      ...differences("input", this.sent, inputs),
      ...differences("frame", frames, this.received),
      ...(this.lost > 0 ? [`${this.lost} inputs were reported as lost`] : []),
    ];
  }
}

/** How `came` differs from `sent`; what came as null was reported as missed, in its place. */
function differences(what: string, sent: readonly number[], came: readonly (number | null)[]): string[] {
  const problems: string[] = [];
  const values = came.filter((value) => value !== null);
  const gaps = new Set(came.flatMap((value, i) => (value === null ? [sent[i]] : [])));
  const seen = new Set<number>();
  for (const value of values) {
    if (seen.has(value)) problems.push(`${what} ${value} came twice`);
    else if (!sent.includes(value)) problems.push(`${what} ${value} was never sent`);
    seen.add(value);
  }
  for (const value of sent) {
    if (!seen.has(value) && !gaps.has(value)) problems.push(`${what} ${value} was lost`);
  }
  if (problems.length > 0) return problems;
  const misplaced = came.find((value, i) => value !== null && value !== sent[i]);
  return misplaced === undefined ? [] : [`${what} ${misplaced} is out of order`];
}
