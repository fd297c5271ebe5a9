/** `rockpool start`: a node in the foreground, with the functions below a folder when one is given. */
import { basename, join } from "node:path";
import type { Command } from "commander";
import type { Node } from "../supervisor/node.ts";
import { BuildCache } from "./buildCache.ts";
import { configFrom, type FlagValues, withConfigFlags } from "./configFlags.ts";
import { findFunctionFolders } from "./functionFolders.ts";
import type { NodeAddresses } from "./hostNode.ts";
import { note, printJson, printLine, withProgress } from "./output.ts";
import { loadToolchain } from "./toolchain.ts";

interface StartOptions extends FlagValues {
  functions?: string;
  json?: boolean;
}

/** In the data folder: results of builds. */
const BUILD_CACHE = "builds";

export function registerStart(program: Command): void {
  const command = program
    .command("start")
    .summary("run a node")
    .description(
      "Runs a node in the foreground. Ctrl-C (or SIGTERM) drains it: players are told to come back, rooms end, " +
        "then it stops; a second Ctrl-C stops it at once.",
    )
    .option("--functions <dir>", "build and deploy every function folder in it first (needs the toolchain)")
    .option("--json", "print the addresses as JSON when it is ready");
  withConfigFlags(command).action(start);
}

async function start(options: StartOptions): Promise<void> {
  const config = configFrom(options);
  const folders = options.functions === undefined ? [] : findFunctionFolders(options.functions);
  const toolchain = folders.length === 0 ? null : await loadToolchain();
  // Loaded here, because the node's modules would make every other command start slower.
  const { addressesOf, hostNode } = await import("./hostNode.ts");
  // The node first: a port in use or a locked folder shows at once, not after the builds.
  const node = await hostNode(config);
  if (toolchain) {
    const cache = new BuildCache(join(config.data, BUILD_CACHE));
    for (const folder of folders) {
      const name = basename(folder);
      const { component, isCached } = await withProgress(`building ${name}`, cache.build(folder, toolchain));
      const { changed } = await withProgress(`deploying ${name}`, node.deploy(component, {}));
      note(`${name}: ${isCached ? "unchanged" : "built"}, ${changed ? "deployed" : "live"}`);
    }
  }
  showReady(node, addressesOf(node, config), options.json === true);
}

function showReady(node: Node, { play, admin, data }: NodeAddresses, json: boolean): void {
  const functions = node.functions().map(({ name }) => name);
  if (json) {
    printJson({ play, admin, data, functions });
    return;
  }
  printLine();
  printLine(`  play       ${play}`);
  printLine(`  dashboard  ${admin}`);
  printLine(`  data       ${data}`);
  printLine(`  functions  ${functions.join(", ") || 'none yet; "rockpool deploy FOLDER" deploys one'}`);
  printLine();
  printLine("Ctrl-C drains the node and stops it.");
}
