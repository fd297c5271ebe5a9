import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { open } from "lmdb";
import { type FunctionEntry, Registry } from "./registry.ts";
import { entryOf } from "./store.fixture.ts";

test("an entry of a data folder that knew no former versions is read as one that has none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rockpool-registry-"));
  const database = open<FunctionEntry, string>({ path: folder });
  try {
    const { follows: _, ...old } = entryOf("arena", `sha256:${"1".repeat(64)}`, "image", 1);
    database.putSync("arena", old as FunctionEntry);
    const registry = new Registry(database);
    assert.deepEqual([registry.get("arena")!.former, registry.list()[0]!.follows], [[], []]);
    assert.equal(registry.references().size, 2);
    const next = entryOf("arena", `sha256:${"2".repeat(64)}`, "image-2", 2);
    assert.equal(registry.commit(next).former.length, 1);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
