/**
 * A node as a user starts it: the `rockpool start` command in a process of its own, free ports, an empty data folder,
 * functions deployed over its admin API.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { UpdatePolicy } from "@rockpool/protocol";
import { AdminClient } from "@rockpool/runtime/cli/adminClient.js";
import { flagOf } from "@rockpool/runtime/config/options.js";
import type { RoomSummary } from "@rockpool/runtime/room/summary.js";
import { adminFiles } from "@rockpool/runtime/store/adminFiles.js";
import { roomsFolder } from "@rockpool/runtime/store/rooms/move.js";
import type { DeployResult } from "@rockpool/runtime/supervisor/deploys.js";
import type { NodeReading } from "@rockpool/runtime/supervisor/reading.js";
import type { Endpoint } from "../clients/endpoint.ts";
import type { Component } from "../guests/component.ts";

const COMMAND = fileURLToPath(import.meta.resolve("@rockpool/runtime/cli/main.js"));
/** All clients of a bench share one address, so the caps per address are set out of the way. */
const FLAGS = {
  host: "127.0.0.1",
  port: "0",
  adminPort: "0",
  shardPorts: "0",
  logLevel: "warn",
  connectionsPerAddress: "1000000",
  roomsPerAddress: "1000000",
};

export class BenchNode {
  #process: ChildProcess;
  readonly #data: string;
  readonly #flags: readonly string[];
  #admin: AdminClient | null = null;
  #playUrl = "";

  private constructor(data: string, flags: readonly string[]) {
    this.#data = data;
    this.#flags = flags;
    this.#process = this.#spawn();
    globalThis.process.once("exit", this.#abandon);
  }

  /** For a bench that ends without stopping it: the shards end with their supervisor. */
  readonly #abandon = (): void => {
    this.#process.kill("SIGKILL");
    rmSync(this.#data, { recursive: true, force: true });
  };

  /** @param options configuration by option name, such as `shards`; all else as {@link FLAGS} or the defaults say */
  static async start(options: Record<string, string> = {}): Promise<BenchNode> {
    const data = mkdtempSync(join(tmpdir(), "rockpool-bench-"));
    const flags = Object.entries({ ...FLAGS, ...options, data }).flatMap(([name, value]) => [
      flagOf(name),
      value,
    ]);
    const node = new BenchNode(data, flags);
    try {
      await node.#ready();
      return node;
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  #spawn(): ChildProcess {
    // No ROCKPOOL_* variables and no configuration file of whoever runs the bench.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("ROCKPOOL_")),
    );
    return spawn(process.execPath, [COMMAND, "start", "--json", ...this.#flags], {
      cwd: this.#data,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  async #ready(): Promise<void> {
    const lines = createInterface({ input: this.#process.stdout! });
    const ended = once(this.#process, "exit").then(([code]) => {
      throw new Error(`the node ended with code ${code} before it was ready; its log is above`);
    });
    for (;;) {
      const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
      const said = line.startsWith("{") ? (JSON.parse(line) as { play?: string; admin?: string }) : {};
      if (said.play === undefined || said.admin === undefined) continue;
      ended.catch(() => {}); // From now on it may end when it likes; whoever asks it then hears of it.
      const tokenSource = adminFiles(this.#data).token;
      const token = readFileSync(tokenSource, "utf8").trim();
      this.#admin = new AdminClient({ url: new URL(said.admin).origin, token, tokenSource });
      this.#playUrl = `ws://${new URL(said.play).host}`;
      return;
    }
  }

  get #api(): AdminClient {
    if (this.#admin === null) throw new Error("the node is not ready");
    return this.#admin;
  }

  /** The supervisor; the shards are its children. */
  get pid(): number {
    return this.#process.pid!;
  }

  /** `http://host:port` of the game port. */
  get httpUrl(): string {
    return this.#playUrl.replace("ws:", "http:");
  }

  endpoint(functionName: string): Endpoint {
    return { dialect: "rockpool", url: this.#playUrl, function: functionName };
  }

  /** @param update what becomes of live rooms. */
  deploy(component: Component, update: UpdatePolicy = "new-rooms"): Promise<DeployResult> {
    return this.#api.deploy(component.manifest.name, component.bytes, { update });
  }

  remove(functionName: string): Promise<void> {
    return this.#api.remove(functionName);
  }

  async reading(): Promise<NodeReading> {
    const [reading] = await this.#api.nodes();
    if (reading === undefined) throw new Error("the node gave no reading of itself");
    return reading;
  }

  /** The live rooms of a function. */
  rooms(functionName: string): Promise<RoomSummary[]> {
    return this.#api.rooms(functionName);
  }

  /** Where its shards keep their rooms. */
  get roomsFolder(): string {
    return roomsFolder(this.#data);
  }

  /** Drains and ends the node, and starts it again on the same data. Resolves when it is ready. */
  async restart(): Promise<void> {
    await this.#end();
    this.#process = this.#spawn();
    await this.#ready();
  }

  /** Drains and ends the node, and removes its data. */
  async stop(): Promise<void> {
    process.off("exit", this.#abandon);
    await this.#end();
    rmSync(this.#data, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await exited;
  }
}
