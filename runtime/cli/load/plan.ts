/**
 * What a load run will do, decided before its first connection: every number here is bounded, so a run stops by
 * itself and a slip of the finger does not become an attack.
 */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { isName, NAME_RULE } from "@rockpool/protocol";
import { CommandFailure } from "../failure.ts";

/** `ping`: PING frames, answered by any room. `echo`: DATA frames, for functions that send them back. */
export type LoadMode = "ping" | "echo";

export interface LoadPlan {
  /** Base URL of the node, `ws:` or `wss:`, without a path. */
  url: string;
  function: string;
  /** Rooms are named with this and a number. */
  roomPrefix: string;
  players: number;
  rooms: number;
  /** Sends of a player a second. */
  rate: number;
  durationS: number;
  /** Seconds over which the joins are spread. */
  rampS: number;
  mode: LoadMode;
  /** Payload of a DATA frame; 0 in `ping` mode: no DATA is sent. */
  bytes: number;
  threads: number;
  /** Marks this run's frames, so that answers to another run are not mistaken for its own. */
  tag: number;
  /** Upper bound for the 99th percentile of the round trip, in milliseconds, or null. */
  maxP99Ms: number | null;
}

export interface LoadOptions {
  players: number;
  rooms: number;
  rate: number;
  duration: number;
  ramp?: number;
  bytes?: number;
  mode: LoadMode;
  threads?: number;
  url: string;
  maxP99?: number;
}

interface Range {
  min: number;
  max: number;
  whole: boolean;
}

/** Bounds of the options; one address has some 28,000 ports for outgoing connections to one server. */
export const LOAD_RANGES = {
  players: { min: 1, max: 20_000, whole: true },
  rooms: { min: 1, max: 20_000, whole: true },
  rate: { min: 0.01, max: 1000, whole: false },
  duration: { min: 1, max: 3600, whole: false },
  ramp: { min: 0, max: 600, whole: false },
  bytes: { min: 0, max: 1_048_576, whole: true },
  threads: { min: 1, max: 64, whole: true },
  maxP99: { min: 0.001, max: 60_000, whole: false },
} as const satisfies Record<string, Range>;

/** An echoed payload starts with the run's tag, the player and the number of the send, 4 bytes each. */
export const ECHO_HEADER_BYTES = 12;
const DEFAULT_ECHO_BYTES = 32;
/** A client of about this size keeps one thread's event loop well under half busy at 20 sends a second. */
const PLAYERS_PER_THREAD = 250;
/** Joins all at once would measure how fast this machine opens sockets. */
const DEFAULT_JOINS_PER_SECOND = 500;

/**
 * Checks the options and fills in what was left open.
 * @throws CommandFailure when an option is out of its range.
 */
export function planLoad(functionName: string, options: LoadOptions): LoadPlan {
  if (!isName(functionName)) {
    const advice = /[\\/]/.test(functionName)
      ? "give the function's name, not its folder"
      : `names are ${NAME_RULE}`;
    throw new CommandFailure("bad-name", `"${functionName}" cannot be a function`, advice);
  }
  for (const name of Object.keys(LOAD_RANGES) as (keyof typeof LOAD_RANGES)[]) {
    checkRange(name, options[name], LOAD_RANGES[name]);
  }
  const bytes = options.bytes ?? (options.mode === "echo" ? DEFAULT_ECHO_BYTES : 0);
  if (options.mode === "echo" && bytes < ECHO_HEADER_BYTES) {
    throw new CommandFailure(
      "bad-option",
      `--bytes ${bytes} leaves no room for the number that an echo is recognised by`,
      `use at least ${ECHO_HEADER_BYTES}`,
    );
  }
  const cores = Math.min(availableParallelism(), LOAD_RANGES.threads.max);
  const threads = options.threads ?? Math.min(cores, Math.ceil(options.players / PLAYERS_PER_THREAD));
  return {
    url: baseUrl(options.url),
    function: functionName,
    roomPrefix: `load-${randomBytes(4).toString("hex")}-`,
    players: options.players,
    rooms: Math.min(options.rooms, options.players),
    rate: options.rate,
    durationS: options.duration,
    rampS: options.ramp ?? Math.ceil(options.players / DEFAULT_JOINS_PER_SECOND),
    mode: options.mode,
    bytes,
    threads: Math.min(threads, options.players),
    tag: randomBytes(4).readUInt32LE(0),
    maxP99Ms: options.maxP99 ?? null,
  };
}

function checkRange(name: string, value: number | undefined, range: Range): void {
  if (value === undefined) return;
  if (value >= range.min && value <= range.max && (!range.whole || Number.isInteger(value))) return;
  const kind = range.whole ? "a whole number" : "a number";
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new CommandFailure("bad-option", `--${option} must be ${kind} from ${range.min} to ${range.max}`);
}

/** `ws://host:port` of what the user gave; http and https are taken for ws and wss. */
function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text.replace(/^http/, "ws")) : null;
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:")) {
    throw new CommandFailure("bad-option", `--url ${text} is no WebSocket address`, "use ws://HOST:PORT");
  }
  return url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin;
}
