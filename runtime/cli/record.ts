/** `rockpool record`: has a node keep the inputs of rooms, lists what it has kept, and fetches it. */
import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { readRecording, withComponent } from "../recording/recording.ts";
import { AdminClient, type NodeRecording } from "./adminClient.ts";
import { numberArgument } from "./arguments.ts";
import { shortDigest } from "./deploy.ts";
import { CommandFailure } from "./failure.ts";
import { findNode, type NodeOptions, withNodeOptions } from "./nodeAddress.ts";
import {
  formatAge,
  formatBytes,
  harmless,
  note,
  printJson,
  printLine,
  printTable,
  withProgress,
} from "./output.ts";

interface RecordOptions extends NodeOptions {
  seconds?: number;
  maxBytes?: number;
  stop?: boolean;
  list?: boolean;
  fetch?: string;
  remove?: string;
  out?: string;
  json?: boolean;
}

export function registerRecord(program: Command): void {
  const command = program
    .command("record")
    .summary("keep the inputs of rooms, to replay them")
    .description(
      "Records rooms of a function that are made from now on, from their creation to their end. A recording holds " +
        "what players have sent; it stays in the node's data folder until it is removed.",
    )
    .argument("[function]", "function whose rooms are recorded; with --stop, none means all")
    .argument("[rooms]", 'names of rooms, where * stands for anything (default: "*")')
    .option("--seconds <n>", "how long to record, 1 to 86400 (default: 3600)", numberArgument)
    .option(
      "--max-bytes <n>",
      "what these recordings may take together, from 65536 (default: 268435456)",
      numberArgument,
    )
    .addOption(
      new Option("--stop", "end recordings, and record no more rooms").conflicts(["list", "fetch", "remove"]),
    )
    .addOption(new Option("--list", "what is recorded, and what was").conflicts(["fetch", "remove"]))
    .addOption(
      new Option("--fetch <id>", "download a recording, with its component inside").conflicts("remove"),
    )
    .option("--remove <id>", "remove a recording from the node")
    .option("--out <file>", "file that --fetch writes (default: FUNCTION-ROOM-ID.rockrec)")
    .option("--json", "print as JSON");
  withNodeOptions(command).action(record);
}

async function record(
  functionName: string | undefined,
  rooms: string | undefined,
  options: RecordOptions,
): Promise<void> {
  const client = new AdminClient(findNode(options));
  if (options.list) await list(client, options);
  else if (options.fetch !== undefined) await fetchRecording(client, options.fetch, options);
  else if (options.remove !== undefined) await remove(client, options.remove, options);
  else if (options.stop) await stop(client, functionName, options);
  else await begin(client, functionName, rooms, options);
}

async function begin(
  client: AdminClient,
  functionName: string | undefined,
  rooms: string | undefined,
  { seconds, maxBytes, json }: RecordOptions,
): Promise<void> {
  if (functionName === undefined) {
    throw new CommandFailure(
      "no-function",
      "no function is named",
      "rockpool record FUNCTION [ROOMS], or --list",
    );
  }
  const query = new URLSearchParams();
  if (rooms !== undefined) query.set("rooms", rooms);
  if (seconds !== undefined) query.set("seconds", String(seconds));
  if (maxBytes !== undefined) query.set("bytes", String(maxBytes));
  const rule = await client.record(functionName, query);
  const known = (await client.functions()).some((one) => one.function === functionName);
  if (json) {
    printJson(rule);
    return;
  }
  const time = formatAge(rule.until - Date.now());
  printLine(
    `recording rooms ${harmless(rule.rooms)} of ${harmless(rule.function)} that are made from now on, for ${time}, up to ${formatBytes(rule.bytes)}`,
  );
  if (!known) note(`no function "${harmless(functionName)}" is deployed here yet`);
}

async function stop(
  client: AdminClient,
  functionName: string | undefined,
  options: RecordOptions,
): Promise<void> {
  const stopped = await client.stopRecording(functionName);
  if (options.json) printJson({ stopped });
  else printLine(stopped === 0 ? "nothing was being recorded" : "stopped recording");
}

async function remove(client: AdminClient, id: string, options: RecordOptions): Promise<void> {
  await client.removeRecording(id);
  if (options.json) printJson({ recording: id, removed: true });
  else printLine(`removed ${harmless(id)}`);
}

async function list(client: AdminClient, options: RecordOptions): Promise<void> {
  const { rules, recordings } = await client.recordings();
  if (options.json) {
    printJson({ rules, recordings });
    return;
  }
  for (const { function: functionName, rooms, until, bytes } of rules) {
    const left = formatAge(Math.max(0, until - Date.now()));
    printLine(
      `recording rooms ${harmless(rooms)} of ${harmless(functionName)}, for ${left} more, up to ${formatBytes(bytes)}`,
    );
  }
  if (recordings.length === 0) {
    printLine("no recording is there");
    return;
  }
  printTable<NodeRecording>(
    [
      { title: "id", value: ({ id }) => id },
      { title: "function", value: (one) => one.function ?? "(unreadable)" },
      { title: "room", value: ({ room }) => room ?? "" },
      { title: "version", value: ({ version }) => (version === undefined ? "" : shortDigest(version)) },
      {
        title: "begun",
        value: ({ startedAt }) => (startedAt === undefined ? "" : new Date(startedAt).toISOString()),
      },
      { title: "size", value: ({ bytes }) => formatBytes(bytes) },
      { title: "state", value: ({ active }) => (active ? "recording" : "") },
    ],
    recordings,
  );
}

/** The file that is written can be replayed anywhere, for as long as the pipeline stays what it is. */
async function fetchRecording(client: AdminClient, id: string, { out, json }: RecordOptions): Promise<void> {
  const bytes = await withProgress(`fetching ${harmless(id)}`, client.recording(id));
  const { header, sequence } = readRecording(bytes);
  const component = await client.component(header.digest).catch((error: unknown) => {
    if (!(error instanceof CommandFailure) || error.code !== "no-such-component") throw error;
    note(
      `the node does not have the component ${shortDigest(header.digest)} any more; replay with --component FILE`,
    );
    return null;
  });
  const file = out ?? `${header.function}-${header.room}-${id}.rockrec`;
  const whole = component === null ? bytes : withComponent(bytes, component);
  await writeFile(file, whole, { mode: 0o600 });
  const { function: functionName, room } = header;
  if (json) printJson({ file, function: functionName, room, inputs: sequence, bytes: whole.length });
  else
    printLine(
      `wrote ${harmless(file)}: ${harmless(functionName)}/${harmless(room)}, ${sequence} inputs, ${formatBytes(whole.length)}`,
    );
}
