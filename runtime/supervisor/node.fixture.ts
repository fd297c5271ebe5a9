/**
 * A node for tests: real store, ports, processes and admin API; fake shards and a fake image builder.
 * Run as a program it is a node that stops on signals.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withDefaultLimits } from "@rockpool/protocol";
import { loadConfig } from "../config/config.ts";
import type { Config } from "../config/options.ts";
import { PIPELINE_VERSION } from "../image/image.ts";
import { ImageRefusal } from "../image/refusal.ts";
import { adminFiles } from "../store/adminFiles.ts";
import { digestOf } from "../store/blobs.ts";
import { createLogger } from "../telemetry/log.ts";
import { Node } from "./node.ts";
import { stopOnSignals } from "./signals.ts";
import type { Builder } from "./versions.ts";

export const FAKE_SHARD = fileURLToPath(new URL("./fakeShard.fixture.js", import.meta.url));

/** A component as the fake builder reads it: name and image in plain text. */
export function componentOf(name: string, image: string): Uint8Array {
  return Buffer.from(`component:${name}:${image}`);
}

export class FakeBuilder implements Builder {
  builds = 0;

  async build(component: Uint8Array) {
    const [kind, name, image] = Buffer.from(component).toString().split(":");
    if (kind !== "component" || name === undefined || image === undefined) {
      throw new ImageRefusal("not-wasm", "these bytes are no component");
    }
    this.builds++;
    const pool = { size: 1, preload: true };
    return {
      info: {
        digest: digestOf(component),
        pipeline: PIPELINE_VERSION,
        manifest: {
          name,
          kind: "room" as const,
          tickRate: 0,
          maxPlayers: 2,
          create: "on-join" as const,
          durability: "none" as const,
          update: "new-rooms" as const,
          emptyTtl: 0,
          grace: 0,
          faults: 0,
          sleepAfter: 60,
          messages: 0,
          pool,
          limits: withDefaultLimits({}),
        },
        globals: 0,
        memory: { initial: 1, maximum: 1 },
        componentBytes: component.length,
        imageBytes: image.length,
      },
      wasm: Buffer.from(image),
      page: new Map([["index.html", Buffer.from("<p>")]]),
    };
  }

  async close(): Promise<void> {}
}

export const silent = createLogger({ level: "silent" });

/** A configuration with free ports in a data folder of its own. */
export function configIn(data: string, flags: Record<string, string> = {}): Config {
  const free = {
    host: "127.0.0.1",
    port: "0",
    adminPort: "0",
    shardPorts: "0",
    shards: "2",
    logLevel: "silent",
  };
  return loadConfig({
    flags: new Map(Object.entries({ ...free, data, ...flags })),
    env: {},
    folder: tmpdir(),
  });
}

export class TestNode {
  readonly folder = mkdtempSync(join(tmpdir(), "rockpool-node-"));
  readonly data = join(this.folder, "data");
  readonly builder = new FakeBuilder();
  #node: Node | null = null;

  get node(): Node {
    if (this.#node === null) throw new Error("the node is not started");
    return this.#node;
  }

  get token(): string {
    return readFileSync(adminFiles(this.data).token, "utf8").trim();
  }

  async start(flags: Record<string, string> = {}): Promise<Node> {
    const config = configIn(this.data, flags);
    this.#node = await Node.start(config, { builder: this.builder, log: silent, shardModule: FAKE_SHARD });
    return this.#node;
  }

  async stop(): Promise<void> {
    await this.#node?.stop();
    this.#node = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const [, program, data, ...flags] = process.argv;
if (program === fileURLToPath(import.meta.url) && data !== undefined) {
  const config = configIn(data, Object.fromEntries(flags.map((flag) => flag.split("=") as [string, string])));
  const node = await Node.start(config, { builder: new FakeBuilder(), log: silent, shardModule: FAKE_SHARD });
  stopOnSignals(node, silent);
  const { shards } = await node.reading();
  process.send?.({ ports: node.ports, pids: shards.map((shard) => shard.pid) });
  process.on("message", async (name: string) => {
    await node.deploy(componentOf(name, "image"), {});
    process.send?.({ deployed: name });
  });
}
