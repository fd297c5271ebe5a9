/**
 * The manifest (`rockpool.json`): what a function is and asks for. It travels inside the component as a
 * custom section, so that the digest covers it. Parsing is strict: an unknown field is an error, because a
 * misspelt one would otherwise be silently without effect.
 */
import {
  FUNCTION_LIMITS,
  type FunctionLimits,
  LIMIT_NAMES,
  type LimitName,
  withDefaultLimits,
} from "./limits.ts";
import { isName, NAME_RULE } from "./names.ts";
import { nearestName } from "./nearest.ts";

/** Name of the component's custom section that holds the manifest as UTF-8 JSON. */
export const MANIFEST_SECTION = "rockpool:manifest";
/** Name of the custom section that holds the function's page as JSON: path → base64 of the file. */
export const PAGE_SECTION = "rockpool:page";
/** The largest manifest, in bytes. */
export const MAX_MANIFEST_BYTES = 65_536;

export interface Manifest {
  name: string;
  /** `room`: stateful, with players and ticks. `call`: stateless request and response. */
  kind: "room" | "call";
  /** Ticks a second at the start of a room: 0 (none) to 128. */
  tickRate: number;
  /** Seats in a room: 1 to 65,535. */
  maxPlayers: number;
  /** `on-join`: the first join of a name makes the room. `on-request`: only POST /v1/rooms does. */
  create: "on-join" | "on-request";
  /** What survives a crash: nothing, the last snapshot, or every acknowledged input. See docs/durability.md. */
  durability: "none" | "checkpoint" | "journal";
  /**
   * What becomes of the live rooms of the version before when this one goes live, unless whoever deploys it says
   * otherwise. See docs/updates.md.
   */
  update: UpdatePolicy;
  /** Seconds an empty room lives on. */
  emptyTtl: number;
  /** Seconds a player's seat is kept after the connection is lost: 0 (not at all) to 86,400. */
  grace: number;
  /**
   * Seconds until a room of a durable function in which nothing happens goes to sleep in the store: when it is empty,
   * or does not tick and its players are quiet. 0 to 86,400.
   */
  sleepAfter: number;
  /**
   * Callbacks that may fail within a minute of room time, each taken back and told to the game as `fault`: one
   * more ends the room. 0 to 1,000; 0: the first failure does.
   */
  faults: number;
  /**
   * Version of the function's message schema: 0 to 4,294,967,295. Raise it at a change that older clients cannot
   * follow; both sides find it as MESSAGES_VERSION.
   */
  messages: number;
  pool: {
    /** Warm instances kept ready on each shard: 0 to 1,024. */
    size: number;
    /** Compile and warm the image when it is deployed; false: compile it at its first join. */
    preload: boolean;
  };
  limits: FunctionLimits;
}

/**
 * `new-rooms`: rooms end on the code that they began on. `migrate`: the new code takes them over, where it can.
 * `drain`: they end with close code 4001, and their players come back into new ones.
 */
export type UpdatePolicy = (typeof UPDATE_POLICIES)[number];
export const UPDATE_POLICIES = ["new-rooms", "migrate", "drain"] as const;

export type ManifestResult = { ok: true; manifest: Manifest } | { ok: false; errors: string[] };

/** Reads a manifest from JSON text; every error names its field and the range that it must keep. */
export function parseManifest(text: string): ManifestResult {
  if (text.length > MAX_MANIFEST_BYTES) {
    return { ok: false, errors: [`rockpool.json is larger than ${MAX_MANIFEST_BYTES} bytes`] };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, errors: [`rockpool.json is not JSON: ${(error as Error).message}`] };
  }
  const root = new Fields(json, "", []);
  const manifest: Manifest = {
    name: root.name("name"),
    kind: root.choice("kind", ["room", "call"], "room"),
    tickRate: root.integer("tickRate", 0, 128, 0),
    maxPlayers: root.integer("maxPlayers", 1, 65_535, 64),
    create: root.choice("create", ["on-join", "on-request"], "on-join"),
    durability: root.choice("durability", ["none", "checkpoint", "journal"], "none"),
    update: root.choice("update", UPDATE_POLICIES, "new-rooms"),
    emptyTtl: root.integer("emptyTtl", 0, 31_536_000, 10),
    grace: root.integer("grace", 0, 86_400, 30),
    sleepAfter: root.integer("sleepAfter", 0, 86_400, 60),
    faults: root.integer("faults", 0, 1_000, 8),
    messages: root.integer("messages", 0, 0xffff_ffff, 0),
    pool: readPool(root.object("pool")),
    limits: readLimits(root.object("limits")),
  };
  root.done();
  return root.errors.length === 0 ? { ok: true, manifest } : { ok: false, errors: root.errors };
}

function readPool(fields: Fields): Manifest["pool"] {
  const pool = { size: fields.integer("size", 0, 1024, 4), preload: fields.boolean("preload", true) };
  fields.done();
  return pool;
}

function readLimits(fields: Fields): FunctionLimits {
  const asked: Partial<Record<LimitName, number>> = {};
  for (const name of LIMIT_NAMES) {
    const spec = FUNCTION_LIMITS[name];
    asked[name] = fields.integer(name, spec.min, Number.MAX_SAFE_INTEGER, spec.default);
  }
  fields.done();
  return withDefaultLimits(asked);
}

/** Reads typed fields out of untrusted JSON and remembers which it was never asked for. */
class Fields {
  readonly errors: string[];
  readonly #path: string;
  readonly #fields: Map<string, unknown>;
  readonly #known: string[] = [];

  constructor(json: unknown, path: string, errors: string[]) {
    this.errors = errors;
    this.#path = path;
    if (typeof json === "object" && json !== null && !Array.isArray(json)) {
      this.#fields = new Map(Object.entries(json));
    } else {
      this.#fields = new Map();
      errors.push(`${path === "" ? "rockpool.json" : path.slice(0, -1)} must be a JSON object`);
    }
  }

  #take(key: string): unknown {
    this.#known.push(key);
    const value = this.#fields.get(key);
    this.#fields.delete(key);
    return value;
  }

  #fault(key: string, rule: string): void {
    this.errors.push(`${this.#path}${key} must be ${rule}`);
  }

  name(key: string): string {
    const value = this.#take(key);
    if (typeof value === "string" && isName(value)) return value;
    this.#fault(key, NAME_RULE);
    return "";
  }

  integer(key: string, min: number, max: number, fallback: number): number {
    const value = this.#take(key);
    if (value === undefined) return fallback;
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max)
      return value as number;
    this.#fault(key, `a whole number from ${min} to ${max}`);
    return fallback;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#take(key);
    if (value === undefined) return fallback;
    if (typeof value === "boolean") return value;
    this.#fault(key, "true or false");
    return fallback;
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const value = this.#take(key);
    if (value === undefined) return fallback;
    if (choices.includes(value as T)) return value as T;
    this.#fault(key, choices.map((choice) => `"${choice}"`).join(" or "));
    return fallback;
  }

  object(key: string): Fields {
    return new Fields(this.#take(key) ?? {}, `${this.#path}${key}.`, this.errors);
  }

  done(): void {
    for (const key of this.#fields.keys()) {
      const meant = nearestName(key, this.#known);
      const question = meant === null ? "" : `; did you mean ${this.#path}${meant}?`;
      this.errors.push(`${this.#path}${key} is not a field of the manifest${question}`);
    }
  }
}
