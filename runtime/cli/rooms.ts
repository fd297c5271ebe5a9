/** `rockpool rooms`: the live rooms of a node. */
import type { Command } from "commander";
import { AdminClient } from "./adminClient.ts";
import { shortDigest } from "./deploy.ts";
import { findNode, type NodeOptions, withNodeOptions } from "./nodeAddress.ts";
import { formatAge, printJson, printLine, printTable } from "./output.ts";

export function registerRooms(program: Command): void {
  const command = program
    .command("rooms")
    .summary("list live rooms")
    .description("Lists the live rooms on a node, with what their games say of them.")
    .argument("[function]", "only this function's rooms")
    .option("--json", "print as JSON");
  withNodeOptions(command).action(rooms);
}

async function rooms(
  functionName: string | undefined,
  options: NodeOptions & { json?: boolean },
): Promise<void> {
  const client = new AdminClient(findNode(options));
  const found = await client.rooms(functionName);
  // No rooms of a misspelt function look like no rooms; asking for the function fails, with its name.
  if (found.length === 0 && functionName !== undefined) await client.function(functionName);
  if (options.json) {
    printJson(found);
  } else if (found.length === 0) {
    printLine("no room is live");
  } else {
    printTable(
      [
        { title: "function", value: (room) => room.function },
        { title: "room", value: (room) => room.room },
        { title: "shard", value: (room) => room.shard },
        { title: "version", value: (room) => shortDigest(room.version) },
        { title: "players", value: (room) => `${room.players}/${room.maxPlayers}` },
        { title: "ticks/s", value: (room) => room.tickRate },
        { title: "dropped", value: (room) => room.ticksDropped },
        { title: "age", value: (room) => formatAge(room.ageMs) },
        { title: "locked", value: (room) => (room.locked ? "yes" : "") },
        {
          title: "listing",
          value: (room) => room.listing.map(([key, value]) => `${key}=${value}`).join(" "),
        },
      ],
      found,
    );
  }
}
