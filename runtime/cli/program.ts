/** The `rockpool` command: all its commands, one file each. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { registerCall } from "./call.ts";
import { registerDeploy } from "./deploy.ts";
import { registerDev } from "./dev.ts";
import { registerFunctions } from "./functions.ts";
import { registerLoad } from "./load/command.ts";
import { registerRecord } from "./record.ts";
import { registerReplay } from "./replay/command.ts";
import { registerRollback } from "./rollback.ts";
import { registerRooms } from "./rooms.ts";
import { registerStart } from "./start.ts";
import { registerToolchainCommands } from "./toolchain.ts";

export async function createProgram(): Promise<Command> {
  const program = new Command("rockpool")
    .description("Game functions as WebAssembly components, in rooms behind WebSockets, on edge nodes.")
    .version(packageVersion())
    .option("--verbose", "show where an error comes from")
    .showHelpAfterError('("rockpool help COMMAND" shows what a command takes)');
  program.commandsGroup("Write functions:");
  await registerToolchainCommands(program);
  registerDev(program);
  program.commandsGroup("Run a node:");
  registerStart(program);
  program.commandsGroup("Talk to a node:");
  registerDeploy(program);
  registerRollback(program);
  registerFunctions(program);
  registerRooms(program);
  registerCall(program);
  registerLoad(program);
  registerRecord(program);
  registerReplay(program);
  return program;
}

/** Seen from dist/cli. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
