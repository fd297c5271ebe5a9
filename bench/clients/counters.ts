/**
 * Players who number their messages and look at every answer: none may be missing, none may come twice, and each tells
 * how many messages its room has heard, which shows what a room was given twice or never.
 */
import { ClientOp } from "@rockpool/protocol";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { CountedAnswers } from "./contract.ts";
import { crowd } from "./crowds.ts";
import type { Player } from "./player.ts";
import { frameOf } from "./webSocket.ts";

const WAIT_MS = 2_000;

class Counter {
  sent = 0;
  /** Answers, by how often each number came. */
  readonly answers = new Map<number, number>();
  heardByRoom = 0;
  readonly #player: Player;
  readonly #sentAt: number[] = [];
  readonly #roundTrips: Histogram;

  constructor(player: Player, roundTrips: Histogram) {
    this.#player = player;
    this.#roundTrips = roundTrips;
    player.heard = (payload) => {
      const number = payload.readUInt32LE(1);
      this.answers.set(number, (this.answers.get(number) ?? 0) + 1);
      this.heardByRoom = payload.readUInt32LE(5);
      this.#roundTrips.record((performance.now() - this.#sentAt[number]!) * 1000);
    };
  }

  send(): void {
    const payload = Buffer.alloc(5);
    payload[0] = ClientOp.Data;
    payload.writeUInt32LE(this.sent, 1);
    this.#sentAt[this.sent++] = performance.now();
    this.#player.write(frameOf(payload));
  }

  /** Messages without an answer, or that the room never heard; and answers or messages too many. */
  get dropped(): number {
    return this.sent - this.answers.size + Math.max(0, this.sent - this.heardByRoom);
  }

  get duplicated(): number {
    let extra = Math.max(0, this.heardByRoom - this.sent);
    for (const times of this.answers.values()) extra += times - 1;
    return extra;
  }
}

interface Counting {
  readonly counters: Counter[];
  readonly roundTrips: Histogram;
  readonly timer: NodeJS.Timeout;
}

const counting = new Map<string, Counting>();

/** Begins to send, evenly over the players of a label. */
export function count({ label, perSecond }: { label: string; perSecond: number }): void {
  const roundTrips = new Histogram();
  const counters = crowd(label).map((player) => new Counter(player, roundTrips));
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * perSecond;
    while (sent < due) counters[sent++ % counters.length]!.send();
  }, 1);
  counting.set(label, { counters, roundTrips, timer });
}

/** Stops sending, waits for the last answers, and counts. */
export async function counted({ label }: { label: string }): Promise<CountedAnswers> {
  const { counters, roundTrips, timer } = counting.get(label)!;
  counting.delete(label);
  clearInterval(timer);
  const end = performance.now() + WAIT_MS;
  while (performance.now() < end && counters.some(({ dropped }) => dropped > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const sum = (of: (counter: Counter) => number) => counters.reduce((total, one) => total + of(one), 0);
  return {
    messages: sum(({ sent }) => sent),
    dropped: sum(({ dropped }) => dropped),
    duplicated: sum(({ duplicated }) => duplicated),
    roundTrips: roundTrips.state(),
  };
}
