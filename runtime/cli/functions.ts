/** `rockpool functions`: what is deployed on a node, and how it does. */
import type { Command } from "commander";
import type { DescribedFunction } from "../supervisor/admin/routes.ts";
import type { NodeReading } from "../supervisor/reading.ts";
import { AdminClient } from "./adminClient.ts";
import { shortDigest } from "./deploy.ts";
import { findNode, type NodeOptions, withNodeOptions } from "./nodeAddress.ts";
import { formatAge, formatBytes, harmless, printJson, printLine, printTable } from "./output.ts";

interface FunctionsOptions extends NodeOptions {
  json?: boolean;
}

/** What the shards say of one function, added up. */
interface FunctionLoad {
  /** The worst state of any shard: one that failed matters more than one that is warm. */
  state: string;
  error: string | null;
  rooms: number;
  /** Rooms that sleep in the store. */
  sleeping: number;
  players: number;
  pool: number;
  poolTarget: number;
}

export function registerFunctions(program: Command): void {
  const functions = program
    .command("functions")
    .summary("list, show or delete deployed functions")
    .description("Lists, shows or deletes the functions on a node.");
  withNodeOptions(
    functions.command("list", { isDefault: true }).description("list the deployed functions (the default)"),
  )
    .option("--json", "print as JSON")
    .action(list);
  withNodeOptions(functions.command("show").description("show a function's manifest, limits and versions"))
    .argument("<name>", "deployed function")
    .option("--json", "print as JSON")
    .action(show);
  withNodeOptions(
    functions.command("delete").description("remove a function; its rooms end with close code 4002"),
  )
    .argument("<name>", "deployed function")
    .option("--json", "print as JSON")
    .action(remove);
}

async function list(options: FunctionsOptions): Promise<void> {
  const client = new AdminClient(findNode(options));
  const [functions, nodes] = await Promise.all([client.functions(), client.nodes()]);
  const rows = functions.map((one) => ({ one, load: loadOf(one.function, nodes) }));
  if (options.json) {
    printJson(rows.map(({ one, load }) => ({ ...one, ...load })));
  } else if (rows.length === 0) {
    printLine('no function is deployed; "rockpool deploy FOLDER" deploys one');
  } else {
    printTable(
      [
        { title: "function", value: ({ one }) => one.function },
        { title: "kind", value: ({ one }) => one.info.manifest.kind },
        { title: "version", value: ({ one }) => shortDigest(one.version) },
        { title: "state", value: ({ load }) => load.state },
        { title: "rooms", value: ({ load }) => load.rooms },
        { title: "players", value: ({ load }) => load.players },
        { title: "pool", value: ({ load }) => `${load.pool}/${load.poolTarget}` },
        { title: "deployed", value: ({ one }) => `${formatAge(Date.now() - one.deployedAt)} ago` },
      ],
      rows,
    );
  }
}

async function show(name: string, options: FunctionsOptions): Promise<void> {
  const client = new AdminClient(findNode(options));
  const [one, nodes] = await Promise.all([client.function(name), client.nodes()]);
  const load = loadOf(name, nodes);
  if (options.json) printJson({ ...one, ...load });
  else showFunction(one, load);
}

function showFunction(
  { function: name, version, info, versions }: DescribedFunction,
  load: FunctionLoad,
): void {
  const { kind, tickRate, maxPlayers, create, emptyTtl, limits } = info.manifest;
  const { durability, grace, sleepAfter, update } = info.manifest;
  printLine(`${harmless(name)}  ${harmless(version)}`);
  printLine(`state     ${load.state}${load.error === null ? "" : `: ${harmless(load.error)}`}`);
  printLine(
    `kind      ${kind}, ${tickRate} ticks/s, ${maxPlayers} players, create ${create}, emptyTtl ${emptyTtl} s`,
  );
  if (kind === "room") {
    printLine(
      `keeps     durability ${durability}, grace ${grace} s, sleepAfter ${sleepAfter} s, update ${update}`,
    );
  }
  const sleeping = load.sleeping === 0 ? "" : ` and ${load.sleeping} asleep`;
  printLine(
    `now       ${load.rooms} rooms${sleeping}, ${load.players} players, pool ${load.pool}/${load.poolTarget}`,
  );
  printLine(`size      component ${formatBytes(info.componentBytes)}, image ${formatBytes(info.imageBytes)}`);
  printLine();
  printTable(
    [
      { title: "limit", value: ([limit]) => limit },
      { title: "value", value: ([, value]) => value },
    ],
    Object.entries(limits),
  );
  printLine();
  printTable(
    [
      { title: "version", value: ({ digest }) => shortDigest(digest) },
      { title: "deployed", value: ({ deployedAt }) => new Date(deployedAt).toISOString() },
    ],
    versions,
  );
}

async function remove(name: string, options: FunctionsOptions): Promise<void> {
  await new AdminClient(findNode(options)).remove(name);
  if (options.json) printJson({ function: name, removed: true });
  else printLine(`${harmless(name)}: removed`);
}

const WORST_FIRST = ["failed", "loading", "known", "warm"];

function loadOf(name: string, nodes: NodeReading[]): FunctionLoad {
  const stats = nodes
    .flatMap(({ shards }) => shards)
    .flatMap((shard) => shard.stats?.functions ?? [])
    .filter((one) => one.function === name);
  const sum = (pick: (one: (typeof stats)[number]) => number) =>
    stats.reduce((total, one) => total + pick(one), 0);
  return {
    state: WORST_FIRST.find((state) => stats.some((one) => one.state === state)) ?? "unknown",
    error: stats.find((one) => one.error !== null)?.error ?? null,
    rooms: sum((one) => one.rooms),
    sleeping: sum((one) => one.sleeping),
    players: sum((one) => one.players),
    pool: sum((one) => one.poolSize),
    poolTarget: sum((one) => one.poolTarget),
  };
}
