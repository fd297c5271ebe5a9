/** The node's options as flags of a command; config/options.ts is the one table that they come from. */
import { type Command, Option } from "commander";
import { loadConfig } from "../config/config.ts";
import { flagHelp } from "../config/help.ts";
import type { Config } from "../config/options.ts";

/** Values as commander hands them over, by attribute name. */
export type FlagValues = Record<string, unknown>;

const FLAGS = flagHelp().map(({ name, flags, description }) => {
  const option = new Option(flags, description);
  return { name, option, attribute: option.attributeName() };
});

/** Adds all options of a node to a command. */
export function withConfigFlags(command: Command): Command {
  command.option(
    "--config <path>",
    "configuration file (default: rockpool.config.json, when there is one; ROCKPOOL_CONFIG)",
  );
  for (const { name, option } of FLAGS) {
    option.helpGroup(name.startsWith("max.") ? "Node maxima of functions' limits:" : "Node options:");
    command.addOption(option);
  }
  return command;
}

/**
 * The configuration that the flags, the environment and the configuration file make.
 * @throws ConfigError with every problem found
 */
export function configFrom(values: FlagValues): Config {
  const flags = new Map<string, string | undefined>();
  for (const { name, attribute } of FLAGS) flags.set(name, values[attribute] as string | undefined);
  const file = values.config as string | undefined;
  return loadConfig(file === undefined ? { flags } : { flags, file });
}
