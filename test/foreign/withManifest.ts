/** Gives a foreign component what a deploy needs beside it. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFunction } from "@rockpool/build";

/** What `rockpool build --component` makes of a component and a folder with a manifest. */
export async function withManifest(folder: string, name: string, component: Uint8Array): Promise<Uint8Array> {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "rockpool.json"), JSON.stringify({ name, tickRate: 20 }));
  writeFileSync(join(path, "room.wasm"), component);
  const built = await buildFunction(path, { component: join(path, "room.wasm") });
  assert.ok(
    Buffer.from(built.component).includes(Buffer.from(component)),
    "the component itself is as it was",
  );
  return built.component;
}
