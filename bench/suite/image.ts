/**
 * How long a deploy waits for its image: the component of `arena`, page and all, through the pipeline in a worker
 * thread. Deploys are rare, so that the node's thread has mostly ended since the last one: every build of the first
 * metric starts its thread and meets code that V8 has not optimised. Nothing is kept between builds. What an empty
 * thread takes stands beside it.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ImageBuilder } from "@rockpool/runtime/image/imageBuilder.js";
import { DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import type { Bench, Run } from "../bench.ts";
import { buildSample } from "../guests/build.ts";
import { interleave } from "../measure/interleave.ts";
import { median, quantile } from "../measure/quantile.ts";

export const image: Bench = {
  name: "image",
  about: "component to image, in a worker thread",
  async run({ quick, note }: Run) {
    note("building arena (the first time takes a minute)");
    const component = await buildSample("arena");
    const samples = quick ? 3 : 30;
    note(`${samples} builds in threads of their own, then as many in one`);
    const { cold, empty } = await interleave(["cold", "empty"], samples, async (side) => {
      if (side === "empty") return emptyThreadMs();
      const builder = new ImageBuilder(DEFAULT_NODE_MAXIMA);
      const ms = await buildMs(builder, component);
      await builder.close();
      return ms;
    });
    const builder = new ImageBuilder(DEFAULT_NODE_MAXIMA);
    const { info } = await builder.build(component);
    const warm: number[] = [];
    for (let n = 0; n < samples; n++) warm.push(await buildMs(builder, component));
    await builder.close();
    return {
      samples,
      metrics: {
        buildMsP50: median(cold),
        buildMsP90: quantile(cold, 0.9),
        emptyThreadMsP50: median(empty),
        warmBuildMsP50: median(warm),
        componentBytes: info.componentBytes,
        imageBytes: info.imageBytes,
      },
    };
  },
};

async function buildMs(builder: ImageBuilder, component: Uint8Array): Promise<number> {
  const start = performance.now();
  await builder.build(component);
  return performance.now() - start;
}

async function emptyThreadMs(): Promise<number> {
  const start = performance.now();
  const thread = new Worker("", { eval: true });
  await once(thread, "online");
  const ms = performance.now() - start;
  await thread.terminate();
  return ms;
}
