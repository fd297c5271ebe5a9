import assert from "node:assert/strict";
import { test } from "node:test";
import { worldComponent } from "./component.testkit.ts";
import { ImageBuilder } from "./imageBuilder.ts";
import { buildImage, DEFAULT_NODE_MAXIMA } from "./pipeline.ts";
import { ImageRefusal } from "./refusal.ts";
import { GAME_ROOM } from "./world.ts";

test("a worker thread builds the same image, and refusals keep their class", async () => {
  const builder = new ImageBuilder(DEFAULT_NODE_MAXIMA);
  try {
    const component = worldComponent(GAME_ROOM);
    const [image, refused] = await Promise.all([
      builder.build(component),
      builder.build(new Uint8Array(0)).catch((error: unknown) => error),
    ]);
    assert.deepEqual(image, buildImage(component, DEFAULT_NODE_MAXIMA));
    assert.ok(refused instanceof ImageRefusal);
    assert.equal(refused.code, "empty-upload");
  } finally {
    await builder.close();
  }
});

test("a builder that built nothing closes at once", async () => {
  await new ImageBuilder(DEFAULT_NODE_MAXIMA).close();
});
