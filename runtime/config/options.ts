/**
 * The one table of the node's options. Flags, `ROCKPOOL_*` variables, the configuration file, `--help` and
 * docs/limits.md derive from it, so none of them can know an option that another does not.
 */
import { availableParallelism, hostname } from "node:os";
import { FUNCTION_LIMITS, type FunctionLimits, LIMIT_NAMES, type LimitName } from "@rockpool/protocol";
import { choice, integer, type Kind, list, optional, text } from "./kinds.ts";

export interface Option<T> {
  readonly kind: Kind<T>;
  readonly default: T;
  /** The default in words, where it depends on the machine. */
  readonly defaultText?: string;
  readonly doc: string;
  /** Relative paths are taken from the folder of whoever names them: the file's, or the current one. */
  readonly isPath?: true;
}

function option<T>(kind: Kind<T>, initial: T, doc: string, more?: Partial<Option<T>>): Option<T> {
  return { kind, default: initial, doc, ...more };
}

const port = integer(0, 65_535);
const host = text(/^[\w.:-]{1,255}$/, "an IP address or a host name", "<host>");
const path = text(/^[^\0]+$/, "a path", "<path>");
const origin = text(
  /^(\*|https?:\/\/[^\s/,]+)$/,
  "an origin such as https://play.example.com, or *",
  "<origin>",
);
const urlTemplate = text(
  /^(https?|wss?):\/\/\S+$/,
  "an http(s) or ws(s) URL, in which {host}, {port} and {shard} are replaced",
  "<url>",
);
const nodeName = text(/^[\w.-]{1,63}$/, "1 to 63 letters, digits, dots, - and _", "<name>");
const isPath = { isPath: true } as const;

/** What the image pipeline takes at most; a larger upload would only be refused later. */
const MAX_COMPONENT_BYTES = 33_554_432;

export const OPTIONS = {
  host: option(host, "0.0.0.0", "Address that the game port and the shards' own ports listen on."),
  port: option(port, 7777, "Game port, shared by all shards. 0 picks a free one."),
  shardPorts: option(port, 7800, "First of the shards' own ports, one a shard. 0 picks free ones."),
  adminHost: option(host, "127.0.0.1", "Address of the admin API. Off loopback, every call needs the token."),
  adminPort: option(port, 7780, "Port of the admin API, metrics and dashboard. 0 picks a free one."),
  adminNames: option(
    list(host),
    [],
    "Host names under which the admin API may be addressed besides localhost.",
    {
      defaultText: "none",
    },
  ),
  shards: option(integer(1, 256), Math.min(availableParallelism(), 256), "Shard processes.", {
    defaultText: "the number of cores",
  }),
  data: option(path, ".rockpool", "Data folder. One node at a time uses it.", isPath),
  node: option(nodeName, defaultNodeName(), "The node's name, shown to clients.", {
    defaultText: "the host's name",
  }),
  publicUrl: option(optional(urlTemplate), null, "Template of a shard's public base URL.", {
    defaultText: "taken from each request",
  }),
  tlsCert: option(optional(path), null, "TLS certificate file (PEM) of the game port; goes with tlsKey.", {
    ...isPath,
    defaultText: "no TLS",
  }),
  tlsKey: option(optional(path), null, "TLS key file (PEM) of the game port; goes with tlsCert.", {
    ...isPath,
    defaultText: "no TLS",
  }),
  transport: option(
    choice("auto", "uws", "ws"),
    "auto",
    "WebSocket server: uWebSockets.js, ws, or what loads.",
  ),
  logLevel: option(
    choice("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    "info",
    "Least severe log line that is written.",
  ),
  cors: option(list(origin), [], "Origins whose pages may use the game port's HTTP routes; * allows all.", {
    defaultText: "none",
  }),
  connectionsPerAddress: option(
    integer(1, 1_000_000),
    1024,
    "Open connections of one address, per shard; past it a connection is closed with 4008.",
  ),
  roomsPerAddress: option(
    integer(1, 1_000_000),
    1024,
    "Live rooms that one address made, per shard; past it a new room is refused with 4008.",
  ),
  unsentBytes: option(
    integer(16_384, 268_435_456),
    1_048_576,
    "Bytes a player may leave unread; past it the connection is closed with 4009.",
  ),
  uploadBytes: option(
    integer(1024, MAX_COMPONENT_BYTES),
    16_777_216,
    "Size of a component that is deployed; past it the upload is refused with 413.",
  ),
  tickShareMs: option(
    integer(1, 1000),
    5,
    "Milliseconds that a room may take for each of its ticks; one that takes more goes into debt and skips ticks.",
  ),
  recoveryMs: option(
    integer(10, 60_000),
    500,
    "Milliseconds of work that all rooms of a shard together may have since their last snapshots: what a recovery replays at most.",
  ),
  recordingBytes: option(
    integer(1_048_576, 1_099_511_627_776),
    1_073_741_824,
    "Bytes that all recordings in the data folder may take; `rockpool record` is refused what would go past it.",
  ),
  callThreads: option(integer(1, 64), 2, "Worker threads of a shard that run call functions."),
  callQueue: option(
    integer(1, 65_536),
    512,
    "Calls of a shard that may wait for a thread; past it a call is refused with 503.",
  ),
  drainMs: option(
    integer(0, 3_600_000),
    10_000,
    "Milliseconds a stopping node waits for its rooms to end, before it stops all the same.",
  ),
} as const;

export type OptionName = keyof typeof OPTIONS;

type OptionValues = {
  [Name in OptionName]: (typeof OPTIONS)[Name] extends Option<infer T> ? T : never;
};

/** A node's whole configuration. */
export interface Config extends OptionValues {
  /** The most that a function is granted of each limit, whatever its manifest asks for. */
  max: FunctionLimits;
}

/** Largest maximum that can be configured, where it is not 2^30. */
const CEILINGS: Partial<Record<LimitName, number>> = {
  fuel: Number.MAX_SAFE_INTEGER,
  // 4 GiB: all that 32-bit pointers reach.
  memoryPages: 65_536,
  // A day: whoever calls has hung up by then.
  callSeconds: 86_400,
  // The WebSocket server takes no messages past 4 MiB, and would close them without our code.
  frameBytes: 4_000_000,
};

/** Every option by its dotted name, the maxima (`max.fuel` …) included. */
export const ALL_OPTIONS: ReadonlyMap<string, Option<unknown>> = new Map<string, Option<unknown>>([
  ...Object.entries(OPTIONS),
  ...LIMIT_NAMES.map((name): [string, Option<unknown>] => {
    const spec = FUNCTION_LIMITS[name];
    const kind = integer(spec.min, CEILINGS[name] ?? 2 ** 30);
    return [`max.${name}`, option(kind, spec.max, `Node maximum of a function's ${name} (${spec.unit}).`)];
  }),
]);

/** `shardPorts` → `shard-ports`, `max.memoryPages` → `max-memory-pages`. */
function words(name: string): string {
  return name.replace(".", "-").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `--shard-ports`. */
export function flagOf(name: string): string {
  return `--${words(name)}`;
}

/** `ROCKPOOL_SHARD_PORTS`. */
export function variableOf(name: string): string {
  return `ROCKPOOL_${words(name).replaceAll("-", "_").toUpperCase()}`;
}

/** The default as people read it. */
export function defaultOf(one: Option<unknown>): string {
  return one.defaultText ?? String(one.default);
}

function defaultNodeName(): string {
  const name = hostname()
    .replace(/[^\w.-]/g, "-")
    .slice(0, 63);
  return name === "" ? "node" : name;
}
