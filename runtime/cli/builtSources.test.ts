import assert from "node:assert/strict";
import { test } from "node:test";
import { BuiltSources } from "./builtSources.ts";

/** A source that is saved right before the `n`-th look at it. */
function savedBeforeLook(n: number) {
  let looks = 0;
  let version = 1;
  const look = () => {
    if (++looks === n) version++;
    return `version ${version}`;
  };
  return { look, current: () => version };
}

for (const [when, look] of [
  ["during the build", 2],
  ["between the looks behind the build", 3],
  ["after the build", 4],
] as const) {
  test(`a save ${when} is built`, async () => {
    const source = savedBeforeLook(look);
    const sources = new BuiltSources("folder", source.look);
    let built = 0;
    const build = async () => {
      built = source.current();
    };
    while ((await sources.update(build)) !== "unchanged");
    assert.equal(built, 2);
  });
}

test("what has not changed is not built again", async () => {
  const sources = new BuiltSources("folder", () => "the same");
  let builds = 0;
  const build = async () => void builds++;
  assert.equal(await sources.update(build), "built");
  assert.equal(await sources.update(build), "unchanged");
  assert.equal(builds, 1);
});
