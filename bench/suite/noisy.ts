/**
 * What a room that takes all it can does to its neighbours: 20 rooms at 20 Hz on one shard beside one culprit, whose
 * every tick spends nearly all the fuel that a function has by default. Lateness is what the victims' players see,
 * from a client of their own: the shard's histogram holds the culprit's ticks too. Each window begins just
 * before the first tick that does, so that what the culprit takes before it is held back is in the figure.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { Bench, Run } from "../bench.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { p99 } from "../measure/lateness.ts";

const VICTIMS = { rooms: 20, hz: 20 };
const TICK_SHARE_MS = 5;
/** Each is what the culprit's room does (bench/functions/culprit); `regrow` ends its room in every tick. */
const CULPRITS = ["adds", "chase", "fill", "regrow", "hostcalls"] as const;
/** Until a culprit is set up; it is quiet for a second (bench/functions/culprit). */
const SET_UP_MS = 700;
const MS = 1000;

export const noisy: Bench = {
  name: "noisy",
  about: "lateness of 20 rooms at 20 Hz beside one that spends all it is given in every tick",
  async run({ quick, stage, note }: Run) {
    const windowMs = quick ? 1_500 : 30_000;
    const settleMs = quick ? 200 : 2_000;
    const node = await stage.node({ shards: "1", tickShareMs: String(TICK_SHARE_MS) });
    await node.deploy(await build("metronome", { name: "metronome", tickRate: VICTIMS.hz, emptyTtl: 3600 }));
    const victims = stage.client();
    const noise = stage.client();
    const rooms = roomNames("victim", VICTIMS.rooms);
    await victims.ask("hold", { endpoint: node.endpoint("metronome"), rooms, label: "victims" });
    await sleep(settleMs);

    const window = async (): Promise<Histogram> => {
      await victims.ask("listen", { label: "victims" });
      await sleep(windowMs);
      return Histogram.from(await victims.ask("lateness", { label: "victims", periodMs: 1000 / VICTIMS.hz }));
    };
    const metrics: Record<string, number> = { victimLateP99Ms: 0 };
    let samples = 0;
    note(`without a culprit: ${windowMs / 1000} s`);
    const floor = await window();
    for (const kind of CULPRITS) {
      note(`${kind}: ${windowMs / 1000} s`);
      // A function of its own: what one culprit owes is not for the next to pay.
      const manifest = { name: kind, tickRate: VICTIMS.hz, emptyTtl: 0, limits: { memoryPages: 320 } };
      await node.deploy(await build("culprit", manifest));
      const [room = ""] = roomNames(kind, 1);
      const lodging = { endpoint: node.endpoint(kind), room, label: kind };
      let late: Histogram;
      if (kind === "regrow") {
        const heard = window();
        await noise.ask("lodge", lodging);
        late = await heard;
      } else {
        await noise.ask("lodge", lodging);
        await sleep(SET_UP_MS);
        late = await window();
      }
      const { stays } = await noise.ask("moveOut", { label: kind });
      await node.remove(kind);
      await sleep(settleMs);
      samples += late.count;
      metrics[`${kind}LateP99Ms`] = p99(late) / MS;
      metrics[`${kind}LateMaxMs`] = late.max / MS;
      metrics[`${kind}Stays`] = stays;
      metrics.victimLateP99Ms = Math.max(metrics.victimLateP99Ms!, p99(late) / MS);
    }
    metrics.victimLateP99FloorMs = p99(floor) / MS;
    return { samples, metrics };
  },
};
