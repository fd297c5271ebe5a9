/**
 * A node: the store, the shards, the deploys and the admin API, put together, started and stopped in order.
 * Everything that can be refused (folder, ports, address) is tried before the first shard runs, and a start
 * that fails leaves nothing running and nothing locked.
 */
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Config } from "../config/options.ts";
import { ImageBuilder } from "../image/imageBuilder.ts";
import type { RoomSummary, ShardOptions, ShardStats } from "../shard/contract.ts";
import { adminFiles } from "../store/adminFiles.ts";
import { recordingsFolder } from "../store/recordings.ts";
import type { FunctionEntry } from "../store/registry.ts";
import { moveRooms, roomsFolder } from "../store/rooms/move.ts";
import { Store } from "../store/store.ts";
import { createLogger, type Logger } from "../telemetry/log.ts";
import { Metrics } from "../telemetry/prometheus.ts";
import { isLoopback } from "./admin/guard.ts";
import { AdminServer } from "./admin/server.ts";
import { loadToken } from "./admin/token.ts";
import { type DeployOptions, type DeployResult, Deploys, type UpdateOptions } from "./deploys.ts";
import { type Health, healthOf } from "./health.ts";
import { probePort } from "./ports.ts";
import type { NodePorts, NodeReading } from "./reading.ts";
import { Recordings } from "./recordings.ts";
import { Shards } from "./shards.ts";
import type { Builder } from "./versions.ts";

export interface NodeHooks {
  /** By default the runtime's image pipeline in a worker thread. */
  builder?: Builder;
  /** By default made from `config.logLevel`. */
  log?: Logger;
  /** The program of a shard; by default the runtime's own. */
  shardModule?: string;
}

const SHARD_MODULE = fileURLToPath(new URL("../shard/main.js", import.meta.url));

export class Node {
  readonly #config: Config;
  readonly #log: Logger;
  readonly #store: Store;
  readonly #deploys: Deploys;
  readonly recordings: Recordings;
  readonly #admin: AdminServer;
  readonly #startedAt = Date.now();
  #shards: Shards | null = null;
  #port = 0;
  #adminPort = 0;
  #phase: "starting" | "running" | "stopping" = "starting";
  #stopped: Promise<void> | null = null;

  private constructor(config: Config, hooks: NodeHooks, store: Store) {
    this.#config = config;
    this.#log = hooks.log ?? createLogger({ level: config.logLevel });
    this.#store = store;
    const builder = hooks.builder ?? new ImageBuilder(config.max);
    this.#deploys = new Deploys({ store: this.#store, builder, maxima: config.max, log: this.#log });
    this.recordings = new Recordings(recordingsFolder(config.data), config.recordingBytes);
    const token = loadToken(adminFiles(config.data).token);
    this.#admin = new AdminServer({ node: this, metrics: new Metrics(), config, token, log: this.#log });
  }

  /**
   * Starts a node and resolves when every shard listens and has loaded what is deployed. A function that
   * cannot be loaded does not keep the node from starting; `health` tells of it.
   * Rejects with StoreError, PortError, or a shard's RpcError.
   */
  static async start(config: Config, hooks: NodeHooks = {}): Promise<Node> {
    const store = new Store(config.data);
    let node: Node | null = null;
    try {
      node = new Node(config, hooks, store);
      await node.#start(hooks.shardModule ?? SHARD_MODULE);
      return node;
    } catch (error) {
      await (node === null ? store.close() : node.#close());
      throw error;
    }
  }

  /** The ports that were opened, free ones resolved. */
  get ports(): NodePorts {
    const shardPorts = this.#shards?.all.map((shard) => shard.ownPort) ?? [];
    return { port: this.#port, adminPort: this.#adminPort, shardPorts };
  }

  /** Base URL of the admin API and the dashboard. */
  get adminUrl(): string {
    return `http://${urlHost(this.#config.adminHost)}:${this.#adminPort}`;
  }

  /** Deploys a component. Rejects with DeployError or StoreError; then everything is as it was. */
  deploy(component: Uint8Array, options: DeployOptions): Promise<DeployResult> {
    return this.#deploys.deploy(component, options);
  }

  /** Goes back to the version before. Rejects with DeployError or StoreError; then everything is as it was. */
  rollback(name: string, options: UpdateOptions): Promise<DeployResult> {
    return this.#deploys.rollback(name, options);
  }

  /** Removes a function; its rooms end with 4002. Rejects with DeployError or StoreError. */
  undeploy(name: string): Promise<void> {
    return this.#deploys.undeploy(name);
  }

  /** Deployed functions by name. */
  functions(): FunctionEntry[] {
    return this.#store.registry.list();
  }

  /** A component that is deployed, or was of late; null when it is neither. Rejects with StoreError. */
  async component(digest: string): Promise<Uint8Array | null> {
    const versions = this.functions().flatMap((entry) => [entry, ...entry.former]);
    const known = versions.some(({ info }) => info.digest === digest);
    return known ? this.#store.blobs.get(digest) : null;
  }

  /** Live rooms of all shards, of one function or of all. */
  async rooms(functionName?: string): Promise<RoomSummary[]> {
    return (await this.#shards?.rooms(functionName)) ?? [];
  }

  async stats(): Promise<ShardStats[]> {
    return (await this.#shards?.stats()) ?? [];
  }

  health(): Health {
    const health = healthOf(this.#shards?.all ?? [], this.#deploys.catalog, this.#phase);
    const unusable = [...this.#deploys.failures].map(
      ([name, why]) => `function ${name} cannot be used: ${why}`,
    );
    return { ready: health.ready && unusable.length === 0, reasons: [...health.reasons, ...unusable] };
  }

  async reading(): Promise<NodeReading> {
    const stats = await this.stats();
    const shards = (this.#shards?.all ?? []).map(({ index, state, pid, restarts }) => ({
      shard: index,
      state,
      pid,
      restarts,
      stats: stats.find((one) => one.shard === index) ?? null,
    }));
    return {
      node: this.#config.node,
      pid: process.pid,
      startedAt: this.#startedAt,
      uptimeMs: Date.now() - this.#startedAt,
      ports: this.ports,
      ...this.health(),
      shards,
    };
  }

  /**
   * Stops in order: no more deploys, no more connections, players are closed with 4001, rooms end (for at
   * most `drainMs`), then the shards and the admin API. Further calls wait for the same stop.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends all shards at once, for a process that is about to exit. */
  kill(): void {
    this.#phase = "stopping";
    this.#shards?.kill();
  }

  async #start(shardModule: string): Promise<void> {
    const { host, port, shardPorts, shards, data } = this.#config;
    this.#port = await probePort(host, port, { port: "port", host: "host" });
    for (let shard = 0; shardPorts !== 0 && shard < shards; shard++) {
      await probePort(host, shardPorts + shard, { port: "shardPorts", host: "host" });
    }
    this.#adminPort = await this.#admin.listen();
    await this.#noteShardCount();
    await this.#deploys.restore();

    const { catalog } = this.#deploys;
    const options = this.#shardOptions();
    this.#shards = new Shards({
      module: shardModule,
      firstOwnPort: shardPorts,
      options,
      catalog,
      recordingRules: () => this.recordings.rules,
      log: this.#log,
    });
    this.recordings.attach(this.#shards);
    await this.#shards.listen();
    await this.#shards.prepare();
    this.#deploys.attach(this.#shards);
    writeFileSync(adminFiles(data).url, `${this.adminUrl}\n`);
    this.#phase = "running";
    this.#log.info({ ...this.ports, functions: catalog.size }, "node ready");
  }

  async #noteShardCount(): Promise<void> {
    const { shards } = this.#config;
    const before = this.#store.shards;
    // Recorded only once the rooms have moved, so that a move that was cut off is taken up again.
    const moved =
      before === null || before === shards ? 0 : await moveRooms(roomsFolder(this.#config.data), shards);
    this.#store.recordShards(shards);
    if (before === null || before === shards) return;
    this.#log.warn(
      { before, shards, moved },
      "the number of shards has changed: named rooms move to other shards",
    );
  }

  #shardOptions(): Omit<ShardOptions, "shard" | "ownPort"> {
    const {
      shards,
      node,
      host,
      publicUrl,
      tlsCert,
      tlsKey,
      transport,
      cors,
      callThreads,
      callQueue,
      logLevel,
    } = this.#config;
    const { connectionsPerAddress, roomsPerAddress, unsentBytes, tickShareMs, recoveryMs } = this.#config;
    return {
      shards,
      node,
      host,
      port: this.#port,
      publicUrl,
      tls: tlsCert === null || tlsKey === null ? null : { certFile: tlsCert, keyFile: tlsKey },
      transport,
      door: { connectionsPerAddress, unsentBytes },
      roomsPerAddress,
      tickShareMs,
      recoveryMs,
      roomsFolder: roomsFolder(this.#config.data),
      recordingsFolder: this.recordings.folder.path,
      cors,
      callThreads,
      callQueue,
      logLevel,
    };
  }

  async #stop(): Promise<void> {
    this.#phase = "stopping";
    this.#deploys.refuse();
    await this.#shards?.drain(this.#config.drainMs);
    await this.#close();
    this.#log.info("node stopped");
  }

  async #close(): Promise<void> {
    this.#phase = "stopping";
    await this.#shards?.stop();
    await this.#deploys.stop();
    await this.#admin.close();
    rmSync(adminFiles(this.#config.data).url, { force: true });
    await this.#store.close();
  }
}

/** The address as it stands in a URL for someone on this machine. */
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::" || isLoopback(host))
    return host.includes(":") ? "[::1]" : "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
