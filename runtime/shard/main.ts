/**
 * The process of one shard. It does what the supervisor asks over its channel, and ends when the channel
 * closes: a shard without a supervisor would hold its ports and serve code nobody can update.
 */
import type { ShardMethods, SupervisorMethods } from "./contract.ts";
import { type Channel, Rpc } from "./rpc.ts";
import { Shard } from "./shard.ts";

if (process.send === undefined) {
  console.error("This program is started by a node's supervisor: run `rockpool start`.");
  process.exit(64);
}

const supervisor = new Rpc<ShardMethods, SupervisorMethods>(process as Channel);
let shard: Shard | null = null;

function started(): Shard {
  if (shard === null) throw new Error("the shard was not started");
  return shard;
}

supervisor.handle({
  start: async (options) => {
    shard = await Shard.open(options, supervisor);
    return shard.listen();
  },
  peers: (ports) => started().peers(ports),
  load: (record) => started().load(record),
  serve: () => started().serve(),
  unload: (request) => started().unload(request.function),
  drainOld: (request) => started().drainOld(request.function),
  migrate: (request) => started().rooms.migrate(request.function),
  versionsInUse: (request) => started().rooms.versionsInUse(request.function),
  rooms: (request) => started().rooms.summaries(request?.function ?? null),
  reserve: (request) => started().rooms.reserve(request),
  stats: () => started().stats(),
  record: ({ rules }) => started().recorder.setRules(rules),
  recordings: () => started().recorder.active,
  drain: () => started().drain(),
});

// The terminal sends these to the whole process group; the supervisor decides in which order the node stops.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("disconnect", () => {
  void Promise.resolve(shard?.close()).finally(() => process.exit(0));
});
