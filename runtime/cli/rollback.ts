/** `rockpool rollback`: a function's version before becomes the current one again. */
import type { Command } from "commander";
import type { UpdateOptions } from "../supervisor/deploys.ts";
import { AdminClient } from "./adminClient.ts";
import { deployed, updateOption } from "./deploy.ts";
import { findNode, type NodeOptions, withNodeOptions } from "./nodeAddress.ts";
import { printJson, printLine, withProgress } from "./output.ts";

interface RollbackOptions extends NodeOptions, UpdateOptions {
  json?: boolean;
}

export function registerRollback(program: Command): void {
  const command = program
    .command("rollback")
    .summary("go back to a function's version before")
    .description(
      "Makes the version live again that was before the current one; doing it twice leads back. Live rooms are " +
        "treated as at a deploy: with --update migrate, those whose code refuses stay as they are.",
    )
    .argument("<function>", "deployed function")
    .addOption(updateOption())
    .option("--json", "print the result as JSON");
  withNodeOptions(command).action(rollback);
}

async function rollback(name: string, options: RollbackOptions): Promise<void> {
  const client = new AdminClient(findNode(options));
  const result = await withProgress(`rolling ${name} back`, client.rollback(name, options));
  if (options.json) printJson(result);
  else printLine(deployed(result));
}
