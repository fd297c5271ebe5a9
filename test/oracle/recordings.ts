/** Random recordings: what players, the clock and the operator may do to a function, in any order. */
import { seededRandom } from "@rockpool/runtime/wasm/programs.testkit.js";
import type { Input, Recording, RoomInput } from "./input.ts";

export type Random = (below: number) => number;

const CALLS: readonly RoomInput["call"][] = [
  "join",
  "join",
  "message",
  "message",
  "message",
  "message",
  "tick",
  "tick",
  "timer",
  "drop",
  "rejoin",
  "leave",
  "fault",
  "save",
  "restore",
];
const TEXTS = ["poison input", "é", "🦀 sideways", "a".repeat(300)];

/** A room's life from `create` to `close`. */
export function roomRecording(seed: number, length: number): Recording {
  const random = seededRandom(seed);
  const middle = Array.from({ length }, () => roomInput(random, CALLS[random(CALLS.length)]!));
  return {
    seed,
    inputs: [{ call: "create", config: randomBytes(random, 40) }, ...middle, { call: "close" }],
  };
}

/** Calls with random bytes, and with what nearly is a request of the sample `score`. */
export function callRecording(seed: number, length: number): Recording {
  const random = seededRandom(seed);
  const inputs = Array.from({ length }, (): Input => {
    if (random(3) === 0) return { call: "handle", request: randomBytes(random, 200) };
    const lines = Array.from({ length: random(12) }, () => {
      const name = ["ada", "bob", "cleo", "d_e-f", "?"][random(5)]!;
      const result = ["", "win ", "loss ", "draw "][random(4)]!;
      return `${name} ${result}${random(4200)}`;
    });
    return { call: "handle", request: Buffer.from(lines.join("\n")) };
  });
  return { seed, inputs };
}

export function roomInput(random: Random, call: RoomInput["call"]): RoomInput {
  const player = random(6);
  switch (call) {
    case "create":
      return { call, config: randomBytes(random, 40) };
    case "join":
      return {
        call,
        player,
        claims: Array.from({ length: random(3) }, (_, n) => [`claim${n}`, TEXTS[random(4)]!]),
      };
    case "message":
      return { call, player, data: randomBytes(random, random(4) === 0 ? 400 : 12) };
    case "tick":
      return { call, dtMs: [50, 0, 0.1, 1e300, -1, Number.NaN][random(6)]! };
    case "timer":
      return { call, id: random(4) };
    case "drop":
    case "rejoin":
      return { call, player };
    case "leave":
      return { call, player, why: random(4) as 0 | 1 | 2 | 3 };
    case "fault":
      return { call, what: TEXTS[random(TEXTS.length)]! };
    case "restore":
      return { call, state: randomBytes(random, 60) };
    default:
      return { call };
  }
}

/** Up to `most` bytes: often small numbers, because games' messages start with an opcode. */
export function randomBytes(random: Random, most: number): Uint8Array {
  return Uint8Array.from({ length: random(most + 1) }, () => (random(2) === 0 ? random(8) : random(256)));
}
