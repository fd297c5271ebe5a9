/**
 * How many rooms sleep on one node, each made by a real join, and what each takes: of the memory of the shards, of the
 * disk, and of a start. Random ones are asked before and after for the hash of their state.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Run } from "../bench.ts";
import type { ClientMethods, Fingerprint } from "../clients/contract.ts";
import { build } from "../guests/build.ts";
import { roomNames } from "../guests/roomNames.ts";
import { readAnonymous } from "../measure/cpuTime.ts";
import type { BenchNode } from "../node/benchNode.ts";
import { allAsleep, roomsOf } from "../node/sleepers.ts";
import type { Child } from "../process/child.ts";

const FUNCTION = "sleeper";
const STATE_BYTES = 64;
const CLIENTS = 2;
/** Connections of a client at a time. */
const PARALLEL = 96;
/** Rooms that a client is told of at a time. */
const ORDER = 2_500;
/** Rooms made before the first reading, so that what a shard needs once is not charged to the rooms that follow. */
const FIRST_SHARE = 0.05;

export const hibernate: Bench = {
  name: "hibernate",
  about: "rooms that sleep on one node, memory and disk a room, and waking them",
  async run({ quick, stage, note }: Run) {
    const rooms = quick ? 5_000 : 1_000_000;
    const asked = quick ? 50 : 1_000;
    const node = await stage.node({ roomsPerAddress: String(2 * rooms) });
    const manifest = {
      tickRate: 0,
      emptyTtl: 604_800,
      grace: 0,
      durability: "checkpoint",
      sleepAfter: 0,
    } as const;
    await node.deploy(await build(FUNCTION, { ...manifest, name: FUNCTION, limits: { memoryPages: 8 } }));
    const clients = Array.from({ length: CLIENTS }, () => stage.client());
    const makers = new Makers(node, clients, rooms / asked, note);

    const first = rooms * FIRST_SHARE;
    note(`making ${rooms} rooms, one join each`);
    await makers.make(first);
    await allAsleep(node, FUNCTION, first);
    const before = await memory(node);
    const startMs = performance.now();
    await makers.make(rooms - first);
    const seconds = (performance.now() - startMs) / 1000;
    await allAsleep(node, FUNCTION, rooms);
    const after = await memory(node);
    const { sleeping } = await roomsOf(node, FUNCTION);
    const storeBytes = bytesIn(node.roomsFolder);

    note(`asking ${makers.known.size} of them once more`);
    const isRight = await wakeAgain(node, clients[0]!, makers.known);
    note("starting the node again");
    await allAsleep(node, FUNCTION, rooms);
    const restartMs = performance.now();
    await node.restart();
    const startedMs = performance.now() - restartMs;
    return {
      samples: rooms,
      metrics: {
        sleepingRooms: sleeping,
        anonRssPerRoomBytes: (after.anonymous - before.anonymous) / (rooms - first),
        rightRatio: isRight.filter(Boolean).length / isRight.length,
        wokenRooms: isRight.length,
        heapPerRoomBytes: (after.heap - before.heap) / (rooms - first),
        storePerRoomBytes: storeBytes / rooms,
        joinsPerSecond: (rooms - first) / seconds,
        mostLiveRooms: makers.mostLive,
        anonRssMB: after.anonymous / 1024 / 1024,
        restartMs: startedMs,
      },
    };
  },
};

/** Clients that make rooms, and remember what one in so many of them said of itself. */
class Makers {
  /** What the rooms that were asked said, by their names. */
  readonly known = new Map<string, Fingerprint>();
  mostLive = 0;
  readonly #node: BenchNode;
  readonly #clients: readonly Child<ClientMethods>[];
  readonly #oneIn: number;
  readonly #note: (text: string) => void;
  #made = 0;

  constructor(
    node: BenchNode,
    clients: readonly Child<ClientMethods>[],
    oneIn: number,
    note: (text: string) => void,
  ) {
    this.#node = node;
    this.#clients = clients;
    this.#oneIn = oneIn;
    this.#note = note;
  }

  async make(count: number): Promise<void> {
    let left = count;
    const work = async (client: Child<ClientMethods>): Promise<void> => {
      while (left > 0) {
        const order = Math.min(left, ORDER);
        left -= order;
        await this.#order(client, order);
      }
    };
    await Promise.all(this.#clients.map(work));
  }

  async #order(client: Child<ClientMethods>, count: number): Promise<void> {
    const endpoint = this.#node.endpoint(FUNCTION);
    const rooms = roomNames(`${STATE_BYTES}-room`, count);
    const asked: string[] = [];
    const unasked: string[] = [];
    for (const room of rooms) (Math.random() * this.#oneIn < 1 ? asked : unasked).push(room);
    const said = await client.ask("fingerprints", { endpoint, rooms: asked, parallel: PARALLEL });
    for (const [i, room] of asked.entries()) this.known.set(room, said[i]!);
    await client.ask("visit", { endpoint, rooms: unasked, parallel: PARALLEL });
    this.#made += count;
    const { live, sleeping } = await roomsOf(this.#node, FUNCTION);
    this.mostLive = Math.max(this.mostLive, live);
    if (this.#made % (20 * ORDER) === 0)
      this.#note(`${this.#made} made, ${sleeping} sleep, ${live} are awake`);
  }
}

/** Whether each room that was asked is as it was, one join older. */
async function wakeAgain(
  node: BenchNode,
  client: Child<ClientMethods>,
  known: ReadonlyMap<string, Fingerprint>,
): Promise<boolean[]> {
  const rooms = [...known.keys()];
  const endpoint = node.endpoint(FUNCTION);
  const said = await client.ask("fingerprints", { endpoint, rooms, parallel: PARALLEL });
  return said.map(({ hash, joins }, i) => {
    const before = known.get(rooms[i]!)!;
    return hash === before.hash && joins === before.joins + 1;
  });
}

/** Of all shards: resident memory that no file backs, and the heap of their main threads, in bytes. */
async function memory(node: BenchNode): Promise<{ anonymous: number; heap: number }> {
  const sum = { anonymous: 0, heap: 0 };
  for (const { shard, stats } of (await node.reading()).shards) {
    if (!stats) throw new Error(`shard ${shard} does not answer`);
    sum.anonymous += readAnonymous(stats.pid);
    sum.heap += stats.heapBytes;
  }
  return sum;
}

/** What the files of a folder take of the disk, in bytes. */
function bytesIn(folder: string): number {
  const BLOCK = 512;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce(
    (sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks * BLOCK,
    0,
  );
}
