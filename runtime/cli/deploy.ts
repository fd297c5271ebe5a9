/** `rockpool deploy`: a component, or a folder that is built first, to a running node. */
import { readFileSync, statSync } from "node:fs";
import { type Command, Option } from "commander";
import type { DeployResult } from "../supervisor/deploys.ts";
import { AdminClient } from "./adminClient.ts";
import { componentName } from "./componentName.ts";
import { CommandFailure } from "./failure.ts";
import { findNode, type NodeOptions, withNodeOptions } from "./nodeAddress.ts";
import { harmless, printJson, printLine, withProgress } from "./output.ts";
import { loadToolchain } from "./toolchain.ts";

interface DeployCommandOptions extends NodeOptions {
  rooms: "keep" | "drain";
  json?: boolean;
}

export function registerDeploy(program: Command): void {
  const command = program
    .command("deploy")
    .summary("put a function on a node")
    .description(
      "Deploys a function under the name in its manifest. The node checks and warms it on every shard before the " +
        "version before it goes; when anything fails, that version stays.",
    )
    .argument("<path>", "component (*.wasm), or a function's folder, which is built first")
    .addOption(
      new Option(
        "--rooms <what>",
        "rooms of the version before: keep (they end by themselves) or drain (players reconnect into the new code)",
      )
        .choices(["keep", "drain"])
        .default("keep"),
    )
    .option("--json", "print the result as JSON");
  withNodeOptions(command).action(deploy);
}

async function deploy(path: string, options: DeployCommandOptions): Promise<void> {
  const component = await readComponent(path);
  const name = componentName(component, path);
  const client = new AdminClient(findNode(options));
  const result = await withProgress(`deploying ${name}`, client.deploy(name, component, options.rooms));
  if (options.json) printJson(result);
  else printLine(deployed(result));
}

/** What came of a deploy, in one line. */
export function deployed({ function: name, version, previous, changed, roomsEnded }: DeployResult): string {
  if (!changed) return `${harmless(name)}: this version is live already (${shortDigest(version)})`;
  const before = previous === null ? "" : `, in place of ${shortDigest(previous)}`;
  const rooms = roomsEnded > 0 ? `; rooms ended for it: ${roomsEnded}` : "";
  return `${harmless(name)}: live as ${shortDigest(version)}${before}${rooms}`;
}

/** The first twelve digits of a digest, enough to tell versions apart. */
export function shortDigest(digest: string): string {
  return harmless(digest.replace(/^sha256:/, "").slice(0, 12));
}

async function readComponent(path: string): Promise<Uint8Array> {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info?.isFile()) return readFileSync(path);
  if (!info?.isDirectory()) {
    throw new CommandFailure(
      "no-file",
      `there is no file or folder ${path}`,
      "give a component or a function's folder",
    );
  }
  const toolchain = await loadToolchain();
  return (await withProgress(`building ${path}`, toolchain.buildFunction(path))).component;
}
