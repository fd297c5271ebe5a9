/** The options as a command line shows them; the CLI feeds these to its parser and the parsed values to `loadConfig`. */
import { ALL_OPTIONS, defaultOf, flagOf, variableOf } from "./options.ts";

export interface FlagHelp {
  /** Dotted option name, the key of `ConfigSources.flags`. */
  name: string;
  /** `--shard-ports <number>` */
  flags: string;
  /** One line: what it does, its default and its variable. */
  description: string;
}

export function flagHelp(): FlagHelp[] {
  return [...ALL_OPTIONS].map(([name, option]) => ({
    name,
    flags: `${flagOf(name)} ${option.kind.placeholder}`,
    description: `${option.doc} (default: ${defaultOf(option)}; ${variableOf(name)})`,
  }));
}
