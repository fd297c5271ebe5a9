import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { BuildCache } from "./buildCache.ts";
import type { Toolchain } from "./toolchain.ts";

let root: string;
let source: string;
let library: string;
let builds: number;

/** A fake toolchain: its component is a count of its builds, its inputs one file of the function and one outside. */
const toolchain: Toolchain = {
  async buildFunction() {
    builds++;
    return {
      component: Buffer.of(builds),
      manifest: { name: "f" },
      page: null,
      warnings: [],
      inputs: [source, library],
    };
  },
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rockpool-cache-"));
  mkdirSync(join(root, "f"));
  source = join(root, "f", "index.ts");
  library = join(root, "library.ts");
  writeFileSync(source, "a");
  writeFileSync(library, "b");
  builds = 0;
});
afterEach(() => rmSync(root, { recursive: true }));

/** Builds twice with `change` between; whether the second took the first one's result. */
async function isCachedAfter(change: () => void): Promise<boolean> {
  await new BuildCache(join(root, "cache")).build(join(root, "f"), toolchain);
  change();
  const { isCached, component } = await new BuildCache(join(root, "cache")).build(join(root, "f"), toolchain);
  assert.equal(component[0], builds);
  return isCached;
}

test("what has not changed is not built again, whatever its date", async () => {
  assert.equal(await isCachedAfter(() => utimesSync(source, 1, 1)), true);
});

test("a changed source is built again", async () => {
  assert.equal(await isCachedAfter(() => writeFileSync(source, "c")), false);
});

test("a change in a file outside of the folder that the build read builds again", async () => {
  assert.equal(await isCachedAfter(() => writeFileSync(library, "c")), false);
});

test("a new file in the folder builds again", async () => {
  assert.equal(await isCachedAfter(() => writeFileSync(join(root, "f", "new.css"), "")), false);
});

test("what a build or an editor leaves in the folder does not build again", async () => {
  const leave = () => {
    mkdirSync(join(root, "f", "dist"));
    writeFileSync(join(root, "f", "dist", "f.wasm"), "");
    writeFileSync(join(root, "f", ".index.ts.swp"), "");
  };
  assert.equal(await isCachedAfter(leave), true);
});

test("a damaged record is built again", async () => {
  const cache = join(root, "cache");
  await new BuildCache(cache).build(join(root, "f"), toolchain);
  const [record] = readdirSync(cache);
  writeFileSync(join(cache, record!), "{");
  assert.equal((await new BuildCache(cache).build(join(root, "f"), toolchain)).isCached, false);
});
