/** Nodes under test: the real command in a process of its own, on free ports and a data folder of its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { shardOfRoom } from "@rockpool/protocol";
import { Admin } from "./admin.ts";
import { REPOSITORY } from "./components.ts";
import { type TemporaryFolder, temporaryFolder } from "./folder.ts";
import { type Closed, Player, type PlayerOptions } from "./player.ts";
import { type Exit, plainEnvironment, type Started, spawnNode } from "./processes.ts";
import { until, within } from "./until.ts";

export const CLI = `${REPOSITORY}runtime/dist/cli/main.js`;

export interface NodeSetup {
  shards?: number;
  /** Components by function name. */
  functions?: Readonly<Record<string, Uint8Array | Promise<Uint8Array>>>;
  /** Flags besides ports, data folder and shards, such as `["--drain-ms", "100"]`. */
  flags?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A data folder that outlives the node; by default a new one that goes when it ends. */
  data?: string;
}

/** A line of the node's log. */
export type LogLine = Readonly<Record<string, unknown>>;

let names = 0;
/** A room name that no other test of this file uses. */
export function freshName(): string {
  return `room-${names++}`;
}

/** Free ports and the test's own addresses, for every command that runs a node. */
export function nodeFlags(data: string, shards = 1): string[] {
  const ports = ["--port", "0", "--admin-port", "0", "--shard-ports", "0"];
  return [...ports, "--host", "127.0.0.1", "--data", data, "--shards", String(shards), "--node", "tested"];
}

/** Starts a node and deploys to it. */
export async function startNode(setup: NodeSetup = {}): Promise<NodeUnderTest> {
  const node = new NodeUnderTest(setup);
  try {
    await node.ready();
    for (const [name, component] of Object.entries(setup.functions ?? {})) {
      await node.admin.deploy(name, await component);
    }
    return node;
  } catch (error) {
    await node.kill();
    throw error;
  }
}

export class NodeUnderTest {
  readonly shards: number;
  readonly data: string;
  readonly log: LogLine[] = [];
  admin!: Admin;
  port = 0;
  shardPorts: number[] = [];
  readonly #process: Started;
  readonly #folder: TemporaryFolder | null;
  readonly #scheme: "http" | "https";
  #errors = "";

  constructor({ shards = 1, flags = [], env = {}, data }: NodeSetup) {
    this.shards = shards;
    this.#folder = data === undefined ? temporaryFolder() : null;
    this.data = data ?? join(this.#folder!.path, "data");
    this.#scheme = flags.includes("--tls-cert") ? "https" : "http";
    const args = [CLI, "start", "--json", ...nodeFlags(this.data, shards), ...flags];
    this.#process = spawnNode(args, { env: plainEnvironment(env), stdio: ["ignore", "pipe", "pipe"] });
    void this.#process.exited.then(() => this.#folder?.remove());
    const { stdout, stderr } = this.#process.child;
    createInterface({ input: stdout! }).on("line", (line) => this.log.push(parseLine(line)));
    stderr!.on("data", (text: Buffer) => {
      this.#errors += text;
    });
  }

  /** Where its HTTP routes are. */
  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process.child.pid!;
  }

  get exited(): Promise<Exit> {
    return within("the node's exit", this.#process.exited);
  }

  async ready(): Promise<void> {
    const { admin } = await until("the node's start", () => {
      const { exitCode, signalCode } = this.#process.child;
      if (exitCode !== null || signalCode !== null) {
        throw new Error(`the node ended with ${exitCode ?? signalCode} instead of starting: ${this.#errors}`);
      }
      return this.log.find((line) => "play" in line && "admin" in line);
    });
    this.admin = new Admin(admin as string, this.data);
    const { ports } = await this.admin.reading();
    this.port = ports.port;
    this.shardPorts = ports.shardPorts as number[];
  }

  /** Resolves with a line of the log that fits, past or to come. */
  logged(what: string, fits: (line: LogLine) => boolean): Promise<LogLine> {
    return until(`a log line: ${what}`, () => this.log.find(fits));
  }

  /** WebSocket URL of a room, on the game port or on a shard's own. */
  roomUrl(functionName: string, room: string, { query = "", shard = null as number | null } = {}): string {
    const port = shard === null ? this.port : this.shardPorts[shard];
    return `${this.#scheme.replace("http", "ws")}://127.0.0.1:${port}/v1/rooms/${functionName}/${room}${query}`;
  }

  /** The URL of a room on the shard where it lives, so that nothing is redirected. */
  directUrl(functionName: string, room: string, query = ""): string {
    return this.roomUrl(functionName, room, { query, shard: shardOfRoom(functionName, room, this.shards) });
  }

  /** A room name that lives on this shard and that no other test uses. */
  nameOn(functionName: string, shard: number): string {
    for (;;) {
      const name = freshName();
      if (shardOfRoom(functionName, name, this.shards) === shard) return name;
    }
  }

  /** Joins and waits for WELCOME. */
  join(functionName: string, room = freshName(), query = "", options?: PlayerOptions): Promise<Player> {
    return new Player(this.directUrl(functionName, room, query), options).welcomed();
  }

  /** How a join that is refused ends. */
  async refusal(functionName: string, room: string, query = ""): Promise<Closed> {
    const { frames, closed } = await new Player(this.directUrl(functionName, room, query)).rest();
    assert.equal(frames[0]?.[0], 0x83, "the first frame is an ERROR");
    const error = JSON.parse(frames[0].subarray(1).toString()) as { code: number; message: string };
    assert.equal(closed.code, error.code);
    return { code: error.code, reason: error.message };
  }

  /** A request to the game port. */
  http(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, init);
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.http(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.child.kill(signal);
  }

  /** SIGTERM, and waits; the node must end with code 0. */
  async stop(): Promise<void> {
    this.signal("SIGTERM");
    const { code, signal } = await this.exited;
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, `the node stopped badly: ${this.#errors}`);
  }

  /** Ends it at once; its shards end with it. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
  }
}

/** The command prints one JSON object of its own among the lines of its log. */
function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { text: line };
  }
}
