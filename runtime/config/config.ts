/**
 * Reads a node's configuration: flags before `ROCKPOOL_*` variables before the configuration file before the
 * defaults. All that is wrong is reported at once, each with the option, where its value came from and what
 * is allowed; nothing that was said is ignored, so a misspelt field is an error too.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ALL_OPTIONS, type Config, flagOf, type Option, variableOf } from "./options.ts";

/** Name of the configuration file that is read from the current folder when no other is given. */
export const CONFIG_FILE = "rockpool.config.json";

/** `code` is always `config-invalid`; the message has one line a problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "config-invalid";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

export interface ConfigSources {
  /** Values of flags by dotted option name (`port`, `max.fuel`); absent or undefined: not given. */
  flags?: ReadonlyMap<string, string | undefined>;
  /** Defaults to `process.env`. */
  env?: NodeJS.ProcessEnv;
  /** The folder that relative paths and the default configuration file start from; defaults to the current one. */
  folder?: string;
  /** A configuration file that must exist; without it, `ROCKPOOL_CONFIG` or {@link CONFIG_FILE} if there is one. */
  file?: string;
}

interface Given {
  raw: unknown;
  /** "the flag --port", "the variable ROCKPOOL_PORT", "rockpool.config.json". */
  source: string;
  folder: string;
}

/**
 * The configuration from all sources.
 * @throws ConfigError with every problem found.
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const env = sources.env ?? process.env;
  const folder = sources.folder ?? process.cwd();
  const problems: string[] = [];
  const inFile = readFile(sources.file ?? env.ROCKPOOL_CONFIG, folder, problems);

  const values = new Map<string, unknown>();
  for (const [name, option] of ALL_OPTIONS) {
    const flag = sources.flags?.get(name);
    const variable = env[variableOf(name)];
    let given: Given | undefined;
    if (flag !== undefined) given = { raw: flag, source: `the flag ${flagOf(name)}`, folder };
    // An empty variable counts as unset, as a line `ROCKPOOL_PORT=` in an environment file means.
    else if (variable) given = { raw: variable, source: `the variable ${variableOf(name)}`, folder };
    else given = inFile.get(name);
    values.set(name, read(name, option, given, folder, problems));
  }
  checkTogether(values, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return assemble(values);
}

function read(
  name: string,
  option: Option<unknown>,
  given: Given | undefined,
  folder: string,
  problems: string[],
) {
  const value = given === undefined ? option.default : option.kind.read(given.raw);
  if (value === undefined) {
    const { raw, source } = given as Given;
    problems.push(`${name} must be ${option.kind.rule}, not ${JSON.stringify(raw)} (from ${source})`);
    return option.default;
  }
  return option.isPath && typeof value === "string" ? resolve(given?.folder ?? folder, value) : value;
}

function checkTogether(values: ReadonlyMap<string, unknown>, problems: string[]): void {
  const [cert, key] = [values.get("tlsCert"), values.get("tlsKey")];
  if ((cert === null) !== (key === null)) {
    problems.push(
      `tlsCert and tlsKey go together: give ${cert === null ? "tlsCert" : "tlsKey"} too, or neither`,
    );
  }
  const [first, shards] = [values.get("shardPorts") as number, values.get("shards") as number];
  if (first !== 0 && first + shards - 1 > 65_535) {
    problems.push(`shardPorts must be at most ${65_536 - shards} with ${shards} shards, not ${first}`);
  }
  const taken = [...Array(first === 0 ? 0 : shards).keys()].map((shard) => first + shard);
  for (const name of ["port", "adminPort"]) {
    if (taken.includes(values.get(name) as number)) {
      problems.push(
        `${name} ${values.get(name)} lies among the shards' own ports: change it or shardPorts (${first})`,
      );
    }
  }
  const port = values.get("port");
  if (port !== 0 && port === values.get("adminPort")) {
    problems.push(`port and adminPort must differ; both are ${port}`);
  }
}

function assemble(values: ReadonlyMap<string, unknown>): Config {
  const config: Record<string, unknown> = {};
  const max: Record<string, unknown> = {};
  for (const [name, value] of values) {
    if (name.startsWith("max.")) max[name.slice("max.".length)] = value;
    else config[name] = value;
  }
  return { ...config, max } as unknown as Config;
}

/** The file's values by dotted option name. A file that nobody named may be absent. */
function readFile(named: string | undefined, folder: string, problems: string[]): Map<string, Given> {
  const path = resolve(folder, named || CONFIG_FILE);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (!absent || named)
      problems.push(`the configuration file ${path} cannot be read: ${(error as Error).message}`);
    return new Map();
  }
  const given = new Map<string, Given>();
  for (const [name, raw] of flatten(json, path, problems)) {
    if (ALL_OPTIONS.has(name)) given.set(name, { raw, source: path, folder: dirname(path) });
    else problems.push(`${name} is not an option (from ${path}); docs/limits.md lists them all`);
  }
  return given;
}

/** `{"port": 1, "max": {"fuel": 2}}` → port, max.fuel. */
function flatten(json: unknown, path: string, problems: string[]): [string, unknown][] {
  if (!isObject(json)) {
    problems.push(`the configuration file ${path} must hold a JSON object`);
    return [];
  }
  return Object.entries(json).flatMap(([name, raw]): [string, unknown][] => {
    if (name !== "max") return [[name, raw]];
    if (isObject(raw)) return Object.entries(raw).map(([limit, value]) => [`max.${limit}`, value]);
    problems.push(`max must be an object of limits (from ${path})`);
    return [];
  });
}

function isObject(json: unknown): json is object {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
