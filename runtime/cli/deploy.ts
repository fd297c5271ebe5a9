/** `rockpool deploy`: a component, or a folder that is built first, to a running node. */
import { readFileSync, statSync } from "node:fs";
import { FUNCTION_LIMITS, LIMIT_NAMES, type Manifest, UPDATE_POLICIES } from "@rockpool/protocol";
import { type Command, Option } from "commander";
import type { DeployResult, UpdateOptions } from "../supervisor/deploys.ts";
import { AdminClient } from "./adminClient.ts";
import { componentManifest } from "./componentName.ts";
import { CommandFailure } from "./failure.ts";
import { findNode, type NodeOptions, withNodeOptions } from "./nodeAddress.ts";
import { harmless, note, printJson, printLine, withProgress } from "./output.ts";
import { loadToolchain, warningLines } from "./toolchain.ts";

interface DeployCommandOptions extends NodeOptions, UpdateOptions {
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
    .addOption(updateOption())
    .option("--json", "print the result as JSON");
  withNodeOptions(command).action(deploy);
}

/** Goes with every command that makes another version live. */
export function updateOption(): Option {
  return new Option(
    "--update <policy>",
    "live rooms: new-rooms (they end on their code), migrate (the new code takes them over where it can; nobody is " +
      "disconnected) or drain (players reconnect into the new code); by default what its manifest says",
  ).choices(UPDATE_POLICIES);
}

async function deploy(path: string, options: DeployCommandOptions): Promise<void> {
  const client = new AdminClient(findNode(options));
  const component = await readComponent(path, client);
  const manifest = componentManifest(component, path);
  const { name } = manifest;
  const result = await withProgress(`deploying ${name}`, client.deploy(name, component, options));
  if (options.json) printJson(result);
  else printLine(deployed(result));
  for (const line of await cappedLines(manifest, client)) note(line);
}

/** A warning for each limit that the manifest sets above what the node grants. */
async function cappedLines({ name, limits }: Manifest, client: AdminClient): Promise<string[]> {
  const raised = LIMIT_NAMES.filter((limit) => limits[limit] > FUNCTION_LIMITS[limit].default);
  if (raised.length === 0) return [];
  const granted = (await client.function(name)).info.manifest.limits;
  return raised
    .filter((limit) => granted[limit] < limits[limit])
    .map((limit) => {
      const asked = `${limit} is ${limits[limit]} in its manifest`;
      return `warning: ${asked}, more than this node grants: ${granted[limit]} is in force`;
    });
}

/** What came of a deploy: a line, and one for each reason that rooms had to stay as they are. */
export function deployed(result: DeployResult): string {
  const { function: name, version, previous, changed, roomsEnded, roomsMigrated } = result;
  if (!changed) return `${harmless(name)}: this version is live already (${shortDigest(version)})`;
  const before = previous === null ? "" : `, in place of ${shortDigest(previous)}`;
  const ended = roomsEnded > 0 ? `; rooms ended for it: ${roomsEnded}` : "";
  const migrated = roomsMigrated > 0 ? `; rooms taken over: ${roomsMigrated}` : "";
  const line = `${harmless(name)}: live as ${shortDigest(version)}${before}${ended}${migrated}`;
  return [line, ...keptLines(result)].join("\n");
}

/** A line for each reason that rooms had to stay as they are. */
export function keptLines({ roomsKept }: DeployResult): string[] {
  return roomsKept.map(({ code, reason, rooms, example }) => {
    const which =
      rooms === 1 ? `room ${harmless(example)} goes` : `${rooms} rooms, such as ${harmless(example)}, go`;
    return `  ${which} on with the old code: ${code}: ${harmless(reason)}`;
  });
}

/** The first twelve digits of a digest, enough to tell versions apart. */
export function shortDigest(digest: string): string {
  return harmless(digest.replace(/^sha256:/, "").slice(0, 12));
}

/** The component in a file or of a folder. A build takes seconds, so the node is asked first whether it would take it. */
async function readComponent(path: string, client: AdminClient): Promise<Uint8Array> {
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
  await client.checkToken();
  const built = await withProgress(`building ${path}`, toolchain.buildFunction(path));
  for (const line of warningLines(built)) note(line);
  return built.component;
}
