/**
 * A fake shard for the supervisor's tests: a real process that speaks the real contract and runs no guest.
 * An image whose text starts with `refuse` cannot be loaded; `refuse-on-1` only not on shard 1; `die-on-1`
 * kills shard 1 when it is loaded there, `die-once-on-1` only the first time; `hang-on-1` is never loaded there.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { FunctionRecord, ShardMethods, ShardOptions, SupervisorMethods } from "../shard/contract.ts";
import { type Channel, Rpc, RpcError } from "../shard/rpc.ts";

let options: ShardOptions;
let peers: number[] = [];
let serving = false;
let first: string | null = null;
const loaded = new Map<string, FunctionRecord>();
const server = createServer();
const rpc = new Rpc<ShardMethods, SupervisorMethods>(process as Channel);

// As a real shard does: whoever signals the node's process group signals the supervisor, which then drains.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
process.on("disconnect", () => process.exit(0));

rpc.handle({
  start: (given) => {
    options = given;
    return new Promise((resolve, reject) => {
      server.once("error", (error) => reject(error));
      server.listen(given.ownPort, "127.0.0.1", () => {
        resolve({ port: given.port, ownPort: (server.address() as { port: number }).port });
      });
    });
  },
  peers: (ports) => {
    peers = ports;
  },
  load: (record) => {
    const image = readFileSync(record.imageFile, "utf8");
    if (image === "refuse" || image === `refuse-on-${options.shard}`)
      throw new RpcError("image-bad", "no good");
    if (image === `die-on-${options.shard}`) process.kill(process.pid, "SIGKILL");
    if (image === `hang-on-${options.shard}`) return new Promise(() => {});
    if (image === `die-once-on-${options.shard}` && !existsSync(`${record.imageFile}.died`)) {
      writeFileSync(`${record.imageFile}.died`, "");
      process.kill(process.pid, "SIGKILL");
    }
    first ??= record.info.digest;
    loaded.set(record.info.manifest.name, record);
    return undefined;
  },
  serve: () => {
    serving = true;
  },
  unload: ({ function: name }) => {
    loaded.delete(name);
  },
  drainOld: () => ({ rooms: 2 }),
  // Each shard has a room that goes over and one that stays.
  migrate: () => ({
    migrated: 1,
    kept: [{ code: "save-refused", reason: "not now", rooms: 1, example: `stays-on-${options.shard}` }],
  }),
  // The first version that was loaded is what a stored room needs, on shard 0.
  versionsInUse: () => (options.shard === 0 && first !== null ? [first] : []),
  record: () => {},
  recordings: () => [],
  rooms: async ({ function: name }) => {
    // "ask-everywhere" shows that a shard's own question reaches all shards.
    if (name === "ask-everywhere") return rpc.call("roomsEverywhere", { function: "plain" });
    return [room(name ?? "any")];
  },
  reserve: async (request) => {
    if (request.function === "ask-elsewhere") {
      return rpc.call("reserveElsewhere", { function: "here", criteria: [], asking: options.shard });
    }
    return { room: `on-${options.shard}`, shard: options.shard, seat: "seat" };
  },
  stats: () => ({
    shard: options.shard,
    pid: process.pid,
    rooms: 1,
    players: 0,
    connections: 0,
    rssBytes: process.memoryUsage.rss(),
    heapBytes: 1,
    callsRunning: 0,
    callsWaiting: 0,
    functions: [...loaded.values()].map(({ info }) => ({
      function: info.manifest.name,
      version: info.digest,
      state: "warm" as const,
      error: null,
      poolSize: 1,
      poolTarget: 1,
      claims: 0,
      misses: 0,
      sleeping: 0,
      rooms: 0,
      players: 0,
      fuel: 0,
    })),
    counters: {
      peers: peers.length,
      serving: Number(serving),
      secrets: Object.keys(process.env).includes("ROCKPOOL_SECRET") ? 1 : 0,
    },
    closes: {},
    histograms: {},
  }),
  drain: () => (loaded.has("endless") ? new Promise(() => {}) : undefined),
});

function room(name: string) {
  return {
    function: name,
    room: `room-${options.shard}`,
    shard: options.shard,
    version: "sha256:00",
    players: 0,
    maxPlayers: 2,
    locked: false,
    tickRate: 0,
    listing: [],
    ageMs: 1,
    fuel: 0,
    ticks: 0,
    ticksDropped: 0,
    ticksSkipped: 0,
  };
}
