/** Every end-to-end test runs on a node with one shard and on one with three. */
import { after, before, describe } from "node:test";
import { type NodeSetup, type NodeUnderTest, startNode } from "./node.ts";

/** One shard never redirects; three have names on shards other than the one that a connection reaches. */
export const SHARD_COUNTS: readonly number[] = (process.env.ROCKPOOL_TEST_SHARDS ?? "1,3")
  .split(",")
  .map(Number);

/** Asked within a test or hook: the node that the tests of this block share. */
export type TheNode = () => NodeUnderTest;

/** Defines tests that share one node, once for each number of shards. */
export function onEveryShardCount(
  setup: Omit<NodeSetup, "shards">,
  define: (the: TheNode, shards: number) => void,
): void {
  for (const shards of SHARD_COUNTS) {
    describe(`with ${shards} shard${shards === 1 ? "" : "s"}`, () => {
      let node: NodeUnderTest | undefined;
      before(async () => {
        node = await startNode({ ...setup, shards });
      });
      after(() => node?.stop());
      define(() => node!, shards);
    });
  }
}
