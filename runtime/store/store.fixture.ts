/**
 * A process that uses a data folder, for store.test.ts. `hold`: opens it and waits. `deploy`: commits version
 * after version of one function until it is killed.
 */

import { withDefaultLimits } from "@rockpool/protocol";
import { PIPELINE_VERSION } from "../image/image.ts";
import type { NewEntry } from "./registry.ts";
import { Store } from "./store.ts";

export function entryOf(name: string, digest: string, image: string, deployedAt: number): NewEntry {
  return {
    name,
    info: {
      digest,
      pipeline: PIPELINE_VERSION,
      manifest: {
        name,
        kind: "room",
        tickRate: 0,
        maxPlayers: 2,
        create: "on-join",
        durability: "none",
        update: "new-rooms",
        emptyTtl: 0,
        grace: 0,
        faults: 0,
        sleepAfter: 60,
        messages: 0,
        pool: { size: 1, preload: true },
        limits: withDefaultLimits({}),
      },
      globals: 0,
      memory: { initial: 1, maximum: 1 },
      componentBytes: 1,
      imageBytes: 1,
    },
    image,
    page: null,
    deployedAt,
    builtFor: "test",
    follows: [],
  };
}

/** Stores a component and an image and commits them, as a deploy does. */
export async function deploy(store: Store, name: string, version: number): Promise<void> {
  const component = await store.blobs.put(Buffer.from(`component ${name} ${version}`));
  const image = await store.blobs.put(Buffer.from(`image ${name} ${version}`));
  store.commit(entryOf(name, component, image, version));
}

const [, , mode, folder] = process.argv;
if (process.send !== undefined && folder !== undefined) {
  try {
    const store = new Store(folder);
    process.send({ open: true });
    if (mode === "hold") process.on("message", () => {});
    for (let version = 1; mode === "deploy"; version++) {
      await deploy(store, "game", version);
      process.send({ version });
    }
  } catch (error) {
    process.send({ code: (error as { code?: string }).code, message: (error as Error).message });
    process.disconnect();
  }
}
