/**
 * What counting fuel and call depth costs: kernels with and without it, in one process, on optimised code.
 * The noise figures compare each unmetered kernel with itself in the same way.
 */
import { ABI, globalExport } from "@rockpool/runtime/image/abi.js";
import { rewriteModule } from "@rockpool/runtime/wasm/rewrite.js";
import type { Bench, Run } from "../bench.ts";
import { type Effort, timeRatio } from "../kernels/compare.ts";
import { compileKernels } from "../kernels/compile.ts";
import { mean, quantile } from "../measure/quantile.ts";

const FULL: Effort = { copies: 5, pairs: 11, sliceMs: 4, warmMs: 150 };
const QUICK: Effort = { copies: 1, pairs: 3, sliceMs: 1, warmMs: 20 };

export const metering: Bench = {
  name: "metering",
  about: "time of metered kernels over the same kernels unmetered",
  async run({ quick, note }: Run) {
    note("compiling the kernels");
    const kernels = await compileKernels();
    const effort = quick ? QUICK : FULL;
    let salt = 0;
    const nextSalt = () => salt++;
    const metered: Record<string, number> = {};
    const noise: number[] = [];
    for (const { name, wasm } of kernels) {
      metered[name] = await timeRatio(meter(wasm), wasm, effort, nextSalt);
      noise.push(await timeRatio(wasm, wasm, effort, nextSalt));
      note(`${name} ${metered[name].toFixed(3)}, noise ${noise.at(-1)!.toFixed(3)}`);
    }
    const ratios = Object.values(metered);
    return {
      samples: kernels.length * effort.copies * effort.pairs,
      metrics: {
        geomeanRatio: geometricMean(ratios),
        worstRatio: quantile(ratios, 1),
        noiseGeomeanRatio: geometricMean(noise),
        noiseWorstRatio: quantile(noise, 1),
        noiseBestRatio: quantile(noise, 0),
        kernels: kernels.length,
        ...Object.fromEntries(Object.entries(metered).map(([name, ratio]) => [`${name}Ratio`, ratio])),
      },
    };
  },
};

function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map(Math.log)));
}

/** The pipeline's own rewriter, with nothing refused: a kernel imports nothing. */
function meter(wasm: Uint8Array): Uint8Array {
  return rewriteModule(wasm, {
    memoryMaximum: 1024,
    startFuel: 1n << 50n,
    startDepth: 0,
    names: { fuel: ABI.fuel, depth: ABI.depth, initialize: ABI.initialize, global: globalExport },
    entries: [],
    renameImport: () => null,
    renameExport: ({ name }) => name,
  }).bytes;
}
