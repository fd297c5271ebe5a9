/**
 * The first join of a function that is in the store and nowhere else: from the first byte of the connection to the
 * first reply. Every module is new to the process, because V8 keeps what it has compiled by its bytes.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { Histogram } from "@rockpool/runtime/telemetry/histogram.js";
import type { Bench, Run } from "../bench.ts";
import type { ClientMethods } from "../clients/contract.ts";
import { build, buildGenerated } from "../guests/build.ts";
import { type Component, salted } from "../guests/component.ts";
import { roomNames } from "../guests/roomNames.ts";
import { interleave } from "../measure/interleave.ts";
import { addBetween, p99 } from "../measure/lateness.ts";
import { median, quantile } from "../measure/quantile.ts";
import type { BenchNode } from "../node/benchNode.ts";
import type { Child } from "../process/child.ts";

/** Generated functions: components from a quarter of 64 KiB to just under it, and one of about 1 MiB. */
const SMALL_FUNCTIONS = [11, 53, 95, 137];
const LARGE_FUNCTIONS = 2_755;
/** The large one of a quick run: compiling the other takes longer than a quick run may. */
const QUICK_LARGE_FUNCTIONS = 300;
const SMALL_BYTES = 65_536;
const LARGE_BYTES = { min: 1_000_000, max: 1_100_000 };
const BYSTANDERS = { rooms: 100, hz: 20 };
const FLOOR_MS = 3_000;

export const coldstart: Bench = {
  name: "coldstart",
  about: "first join to first reply of functions that are not loaded",
  async run({ quick, stage, note }: Run) {
    note("building (the first time takes a minute), starting a node of one shard");
    const unloaded = { size: 0, preload: false };
    const small: Component[] = [];
    for (const functions of SMALL_FUNCTIONS) {
      small.push(await buildGenerated(functions, { name: "small", emptyTtl: 0, grace: 0, pool: unloaded }));
    }
    const largeFunctions = quick ? QUICK_LARGE_FUNCTIONS : LARGE_FUNCTIONS;
    const cold = await buildGenerated(largeFunctions, { name: "large", emptyTtl: 0, pool: unloaded });
    const warmed = await buildGenerated(largeFunctions, {
      name: "large",
      emptyTtl: 0,
      pool: { size: 0, preload: true },
    });
    if (!quick) checkSizes(small, cold);
    const node = await stage.node({ shards: "1" });
    await node.deploy(await build("ticker", { name: "ticker", tickRate: BYSTANDERS.hz, emptyTtl: 3600 }));
    const client = stage.client();

    const smallCount = quick ? 3 : 50;
    note(
      `small modules: ${smallCount} of each of ${small.map(({ bytes }) => bytes.length).join(", ")} bytes`,
    );
    const firsts = await interleave(["0", "1", "2", "3"], smallCount, (size) =>
      firstReplyMs(node, client, small[Number(size)]!),
    );
    const allFirsts = Object.values(firsts).flat();

    const bystanders = { endpoint: node.endpoint("ticker"), rooms: roomNames("tick", BYSTANDERS.rooms) };
    await client.ask("hold", { ...bystanders, label: "bystanders" });
    const largeCount = quick ? 2 : 50;
    note(`${largeCount} cold and ${largeCount} warmed modules of ${cold.bytes.length} bytes`);
    const late = new Histogram();
    const large = await interleave(["cold", "warmed"], largeCount, (side) =>
      side === "cold" ? firstReplyMs(node, client, cold, late) : firstReplyMs(node, client, warmed),
    );

    const sleeper = stage.sleeper();
    await sleeper.ask("start", BYSTANDERS);
    await sleep(FLOOR_MS);
    const floor = Histogram.from(await sleeper.ask("stop", undefined));
    return {
      samples: allFirsts.length,
      metrics: {
        smallP50Ms: median(allFirsts),
        smallP99Ms: quantile(allFirsts, 0.99),
        largeColdP99Ms: quantile(large.cold, 0.99),
        largeWarmedP99Ms: quantile(large.warmed, 0.99),
        bystanderLateP99Us: p99(late),
        bystanderLateP99FloorUs: p99(floor),
        largeColdP50Ms: median(large.cold),
        largeWarmedP50Ms: median(large.warmed),
        largeSamples: largeCount,
        small16KiBP50Ms: median(firsts[0]),
        small64KiBP50Ms: median(firsts[3]),
        largeBytes: cold.bytes.length,
      },
    };
  },
};

/** Deploys a component that is new to the node, joins once, and removes it. `late` gets the ticks of the join. */
async function firstReplyMs(
  node: BenchNode,
  client: Child<ClientMethods>,
  component: Component,
  late?: Histogram,
): Promise<number> {
  const { name } = component.manifest;
  await node.deploy(salted(component));
  const before = late === undefined ? null : await node.reading();
  const { ms } = await client.ask("firstEchoes", {
    endpoint: node.endpoint(name),
    rooms: roomNames("first", 1),
    routing: "cold",
  });
  if (late !== undefined && before !== null) addBetween(late, "tick_late", before, await node.reading());
  await node.remove(name);
  return ms[0]!;
}

function checkSizes(small: readonly Component[], large: Component): void {
  const isLarge = large.bytes.length >= LARGE_BYTES.min && large.bytes.length <= LARGE_BYTES.max;
  if (small.every(({ bytes }) => bytes.length <= SMALL_BYTES) && isLarge) return;
  const sizes = `${[...small, large].map(({ bytes }) => bytes.length).join(", ")} bytes`;
  throw new Error(`the generated modules have ${sizes}: adjust the numbers of functions in coldstart.ts`);
}
