/** `rockpool dev`: build, run, watch; on save the new code goes live and takes the running rooms over. */
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type Config, OPTIONS } from "../config/options.ts";
import type { Node } from "../supervisor/node.ts";
import { BuiltSources } from "./builtSources.ts";
import { configFrom, type FlagValues, withConfigFlags } from "./configFlags.ts";
import { keptLines } from "./deploy.ts";
import { describeFailure } from "./failure.ts";
import { findFunctionFolders } from "./functionFolders.ts";
import { DEV_DATA } from "./nodeAddress.ts";
import { note, printLine, withProgress } from "./output.ts";
import { sourceFolders } from "./sources.ts";
import { SourceWatch } from "./sourceWatch.ts";
import { isFaultySource, loadToolchain, type Toolchain, warningLines } from "./toolchain.ts";

export function registerDev(program: Command): void {
  const command = program
    .command("dev")
    .summary("build, run and watch a function")
    .description(
      "Builds a function (or every function in a folder), runs a node for it, and watches what the build read. On " +
        "save it builds again, deploys, and the new code takes the running rooms over. What does not compile is " +
        "shown and leaves the old code running. A room that has no onSave, or whose onRestore refuses, goes on with " +
        `the old code until it ends; that is shown too.\n\nThe node takes any origin (CORS) and keeps its data in ` +
        `${OPTIONS.data.default}/${DEV_DATA}, unless told otherwise.`,
    )
    .argument("[folder]", "function folder, or a folder of them", ".");
  withConfigFlags(command).action(dev);
}

async function dev(folder: string, options: FlagValues): Promise<void> {
  const folders = findFunctionFolders(folder);
  const toolchain = await loadToolchain();
  const config = developmentConfig(configFrom(options));
  // Loaded here, because the node's modules would make every other command start slower.
  const { addressesOf, hostNode } = await import("./hostNode.ts");
  const node = await hostNode(config);
  const sessions = folders.map((path) => new DevFunction(path, toolchain, node));
  for (const session of sessions) await session.start();
  const { play, admin } = addressesOf(node, config);
  printLine();
  for (const { page } of sessions) printLine(`  play       ${new URL(page, play)}`);
  printLine(`  dashboard  ${admin}`);
  printLine(`  watching   ${resolve(folder)}`);
  printLine();
}

/** What is left at its default becomes what suits development. */
function developmentConfig(config: Config): Config {
  const isDefaultData = config.data === resolve(OPTIONS.data.default);
  return {
    ...config,
    cors: config.cors.length === 0 ? ["*"] : config.cors,
    data: isDefaultData ? join(config.data, DEV_DATA) : config.data,
  };
}

/** One function under development. */
class DevFunction {
  readonly #folder: string;
  readonly #toolchain: Toolchain;
  readonly #node: Node;
  readonly #watch = new SourceWatch(() => this.#update());
  readonly #sources: BuiltSources;
  /** Path of its page on the game port. */
  page = "/";

  constructor(folder: string, toolchain: Toolchain, node: Node) {
    this.#folder = folder;
    this.#sources = new BuiltSources(folder);
    this.#toolchain = toolchain;
    this.#node = node;
  }

  /** Builds, deploys, and from then on does so again whenever a source changes. */
  start(): Promise<void> {
    return this.#watch.check();
  }

  /** Builds and deploys when a source has changed, then watches. */
  async #update(): Promise<void> {
    const outcome = await this.#sources.update(() => this.#attempt());
    if (outcome === "changed-meanwhile") this.#watch.again();
  }

  /** Never rejects: mistakes are shown and waited out. */
  async #attempt(): Promise<void> {
    try {
      await this.#buildAndDeploy();
    } catch (error) {
      if (isFaultySource(error)) this.#sources.inputs = error.inputs;
      note(`\n${describeFailure(error)}\n`);
    }
    this.#watch.follow(sourceFolders(this.#folder, this.#sources.inputs));
  }

  async #buildAndDeploy(): Promise<void> {
    const startedMs = performance.now();
    const built = await withProgress("building", this.#toolchain.buildFunction(this.#folder));
    this.#sources.inputs = built.inputs;
    for (const line of warningLines(built)) note(line);
    const { name } = built.manifest;
    this.page = built.page === null ? "/" : `/play/${name}/`;
    const result = await withProgress("deploying", this.#node.deploy(built.component, { update: "migrate" }));
    const ms = Math.round(performance.now() - startedMs);
    const rooms = result.roomsMigrated === 0 ? "" : `, rooms taken over: ${result.roomsMigrated}`;
    note(`${name}: ${result.changed ? `live after ${ms} ms${rooms}` : "live, unchanged"}`);
    for (const line of keptLines(result)) note(line);
  }
}
