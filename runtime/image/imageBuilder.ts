/**
 * Builds images in a worker thread, one at a time: deploys are rare, and each may take hundreds of megabytes
 * while it runs. The thread starts with the first build and ends when it has been idle.
 */
import type { FunctionLimits } from "@rockpool/protocol";
import { Piscina } from "piscina";
import type { BuiltImage } from "./image.ts";
import { ImageRefusal } from "./refusal.ts";
import type { BuildOutcome, BuildRequest } from "./worker.ts";

/** Milliseconds. */
const IDLE_TIMEOUT = 10_000;
const CLOSE_TIMEOUT = 5_000;
/** Builds that may wait for the thread. */
const MAX_QUEUE = 64;
/** Megabytes of heap; the largest component needs about a third of it. */
const WORKER_HEAP = 1024;

export class ImageBuilder {
  readonly #nodeMaxima: FunctionLimits;
  #pool: Piscina<BuildRequest, BuildOutcome> | null = null;

  constructor(nodeMaxima: FunctionLimits) {
    this.#nodeMaxima = nodeMaxima;
  }

  /** Builds the image of a component; rejects with ImageRefusal when the component is not acceptable. */
  async build(component: Uint8Array): Promise<BuiltImage> {
    this.#pool ??= new Piscina<BuildRequest, BuildOutcome>({
      filename: new URL("./worker.js", import.meta.url).href,
      minThreads: 0,
      maxThreads: 1,
      maxQueue: MAX_QUEUE,
      idleTimeout: IDLE_TIMEOUT,
      closeTimeout: CLOSE_TIMEOUT,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP },
    });
    const outcome = await this.#pool.run({ component, nodeMaxima: this.#nodeMaxima });
    if (outcome.built) return outcome.image;
    throw new ImageRefusal(outcome.code, outcome.message, outcome.offset);
  }

  /** Waits for the builds that run, then ends the thread. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.close();
  }
}
