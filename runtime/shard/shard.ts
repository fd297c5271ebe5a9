/**
 * A shard: front, rooms, functions, clock and pools put together. One thread does all of it, so nothing here
 * needs a lock; only call functions leave the thread.
 */
import { fileURLToPath } from "node:url";
import { CloseCode } from "@rockpool/protocol";
import { WorkerCalls } from "../call/workerCalls.ts";
import { type FrontCounters, makeCounters } from "../front/counters.ts";
import { type Front, type FrontPorts, openFront } from "../front/front.ts";
import { readFolder } from "../front/pages.ts";
import type { FunctionRecord } from "../image/image.ts";
import type { Functions } from "../instance/functions.ts";
import { Acks } from "../room/acks.ts";
import { Arrears } from "../room/arrears.ts";
import { Clock } from "../room/clock.ts";
import { Durability } from "../room/durable/durability.ts";
import { RoomMeters } from "../room/meters.ts";
import { Recorder } from "../room/recording/recorder.ts";
import { Rooms } from "../room/rooms.ts";
import { Turns } from "../room/turn.ts";
import { LmdbRoomDatabase } from "../store/rooms/lmdbDatabase.ts";
import { shardFolder } from "../store/rooms/move.ts";
import { type BatchSettled, RoomStore } from "../store/rooms/roomStore.ts";
import { createLogger, type Logger } from "../telemetry/log.ts";
import type { ShardStats } from "../telemetry/stats.ts";
import type { ShardMethods, ShardOptions, SupervisorMethods } from "./contract.ts";
import { ShardDirectory } from "./directory.ts";
import type { Rpc } from "./rpc.ts";
import { readStats } from "./stats.ts";
import { Tender } from "./tender.ts";

const LANDING_FOLDER = fileURLToPath(new URL("../../front/page/", import.meta.url));

export class Shard {
  readonly rooms: Rooms;
  readonly recorder: Recorder;
  readonly #options: ShardOptions;
  readonly #clock: Clock;
  readonly #tender: Tender;
  readonly #functions: Functions;
  readonly #meters: RoomMeters;
  readonly #acks: Acks;
  readonly #durability: Durability;
  readonly #counters: FrontCounters;
  readonly #calls: WorkerCalls;
  #front: Front | null = null;
  #ownPorts: number[] = [];

  private constructor(
    options: ShardOptions,
    logger: Logger,
    supervisor: Rpc<ShardMethods, SupervisorMethods>,
  ) {
    const { shard } = options;
    this.#options = options;
    this.#clock = new Clock();
    this.#tender = new Tender(this.#clock);
    this.#functions = this.#tender.functions;
    this.#meters = new RoomMeters();
    this.#acks = new Acks();
    const { roomsFolder, recoveryMs } = options;
    const open = (settled: BatchSettled) =>
      new RoomStore(new LmdbRoomDatabase(shardFolder(roomsFolder!, shard)), settled);
    this.#durability = new Durability(roomsFolder === null ? null : open, recoveryMs, {
      clock: this.#clock,
      meters: this.#meters,
      logger,
    });
    const { recordingsFolder: folder, shards } = options;
    this.recorder = new Recorder({ folder, shard, shards, clock: this.#clock, logger });
    this.#counters = makeCounters();
    this.#calls = new WorkerCalls(this.#functions, options.callThreads, options.callQueue, logger);
    this.rooms = new Rooms({
      node: options.node,
      roomsPerAddress: options.roomsPerAddress,
      functions: this.#functions,
      neighbours: {
        rooms: (name) => supervisor.call("roomsEverywhere", { function: name }),
        reserve: (request) => supervisor.call("reserveElsewhere", { ...request, asking: shard }),
      },
      around: {
        shard,
        clock: this.#clock,
        turns: new Turns(),
        acks: this.#acks,
        durability: this.#durability,
        recorder: this.recorder,
        meters: this.#meters,
        arrears: new Arrears(),
        logger,
        tickShareMs: options.tickShareMs,
      },
    });
  }

  /** Puts a shard together; nothing listens yet. Rejects with what is wrong with its options. */
  static async open(options: ShardOptions, supervisor: Rpc<ShardMethods, SupervisorMethods>): Promise<Shard> {
    const logger = createLogger({
      level: options.logLevel,
      fields: { shard: options.shard },
      background: true,
    });
    const shard = new Shard(options, logger, supervisor);
    shard.#front = await openFront({
      options,
      ownPorts: () => shard.#ownPorts,
      lobby: shard.rooms,
      calls: shard.#calls,
      functions: new ShardDirectory(shard.#functions, shard.rooms),
      landing: readFolder(LANDING_FOLDER),
      ready: () =>
        shard.rooms.serving ? { ready: true } : { ready: false, reasons: ["functions are being loaded"] },
      counters: shard.#counters,
      log: logger,
    });
    return shard;
  }

  listen(): Promise<FrontPorts> {
    return this.#front!.listen();
  }

  peers(ownPorts: number[]): void {
    this.#ownPorts = ownPorts;
  }

  async load(record: FunctionRecord): Promise<void> {
    await this.#functions.deploy(record);
  }

  unload(functionName: string): void {
    this.#functions.remove(functionName);
    this.rooms.endWhere(functionName, () => true, CloseCode.RoomEnded, "the function was removed");
  }

  drainOld(functionName: string): { rooms: number } {
    const current = this.#functions.get(functionName)?.record.info.digest;
    const isOld = (version: string): boolean => version !== current;
    const message = "a new version was deployed; connect again";
    return {
      rooms: this.rooms.endWhere(functionName, (room) => isOld(room.version), CloseCode.Draining, message),
    };
  }

  /** Brings the stored rooms back, and takes players from now on. */
  async serve(): Promise<void> {
    await this.rooms.recover();
    this.rooms.serve();
    this.#durability.wakeSleepers(() => this.rooms.wakeDue());
  }

  stats(): ShardStats {
    return readStats({
      shard: this.#options.shard,
      connections: this.#front?.connections ?? 0,
      functions: this.#functions,
      rooms: this.rooms,
      meters: this.#meters,
      calls: this.#calls,
      counters: this.#counters,
    });
  }

  async drain(): Promise<void> {
    this.#front?.stopListening();
    await this.rooms.drain();
    this.#front?.closeAll(CloseCode.Draining);
  }

  async close(): Promise<void> {
    this.#clock.stop();
    this.#acks.stop();
    this.#tender.stop();
    this.#front?.destroy();
    await this.#calls.close();
    await this.recorder.close();
    await this.#durability.close();
  }
}
