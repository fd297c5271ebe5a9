/**
 * Where a connection goes. A client only ever talks to the hosts it was given: neither a MOVED frame nor a
 * list of shards may lead it from wss to ws, to another host, or round in circles. Otherwise one hostile or
 * misconfigured node could collect the tokens of another's players.
 */
import { isName, NAME_RULE, shardOfRoom } from "@rockpool/protocol";
import { ClientError } from "./errors.ts";

/** MOVED frames followed in a row, without a WELCOME or a wait between them. */
export const MAX_MOVES = 3;

/** Nodes whose shards are remembered; the oldest is forgotten first. */
const MAX_NODES = 16;
const shardsOfNode = new Map<string, string[]>();

export interface Destination {
  /** The node: `ws://host:7777` or `wss://…`; http and https are read as ws and wss. */
  url: string;
  function: string;
  room: string;
  /** Further host names that MOVED may lead to; the one in `url` always may. */
  hosts?: readonly string[];
}

export type MoveOutcome = { follow: true; url: URL } | { follow: false; reason: string };

export class Route {
  readonly #base: string;
  readonly #secure: boolean;
  readonly #hosts: ReadonlySet<string>;
  readonly #function: string;
  readonly #room: string;
  #moves = 0;

  /** @throws ClientError `invalid-option` when the URL or a name cannot be right */
  constructor(destination: Destination) {
    const url = webSocketUrl(destination.url);
    checkName(destination.function);
    checkName(destination.room);
    this.#base = baseOf(url);
    this.#secure = url.protocol === "wss:";
    this.#hosts = new Set([url.hostname, ...(destination.hosts ?? [])]);
    this.#function = destination.function;
    this.#room = destination.room;
  }

  /**
   * The URL to connect to, at first and after each wait: by way of `via` where it is given, else straight to the room's shard where that is
   * known, else to the node.
   *
   * @throws ClientError `moved-refused` when `via` leads where a MOVED frame would not be followed
   */
  target(query: URLSearchParams, via?: string): string {
    const shards = shardsOfNode.get(this.#base);
    // Moves before the wait led to a shard that is away, not round in circles.
    this.#moves = 0;
    let base = shards?.[shardOfRoom(this.#function, this.#room, shards.length)] ?? this.#base;
    if (via !== undefined) {
      const url = this.#permitted(via.replace(/^http/, "ws"));
      if (!url) throw new ClientError("moved-refused", this.#refusal(via));
      base = baseOf(url);
    }
    const search = query.size > 0 ? `?${query}` : "";
    return `${base}/v1/rooms/${this.#function}/${this.#room}${search}`;
  }

  /** A WELCOME came, perhaps with the shards' base URLs in order. Unusable lists are not remembered. */
  arrived(shards: readonly string[] | undefined): void {
    this.#moves = 0;
    this.forget();
    const urls = (shards ?? []).map((text) => this.#permitted(text));
    if (urls.length === 0 || urls.includes(null)) return;
    if (shardsOfNode.size >= MAX_NODES) shardsOfNode.delete(shardsOfNode.keys().next().value!);
    shardsOfNode.set(this.#base, (urls as URL[]).map(baseOf));
  }

  /** A direct connection did not work: what was known of the node's shards may be out of date. */
  forget(): void {
    shardsOfNode.delete(this.#base);
  }

  /** Decides about a MOVED frame. */
  moved(to: unknown): MoveOutcome {
    this.forget();
    this.#moves++;
    if (this.#moves > MAX_MOVES)
      return { follow: false, reason: `moved more than ${MAX_MOVES} times in a row` };
    const url = this.#permitted(to);
    return url ? { follow: true, url } : { follow: false, reason: this.#refusal(to) };
  }

  #refusal(to: unknown): string {
    const schemes = this.#secure ? "wss:" : "ws: or wss:";
    const hosts = [...this.#hosts].join(" or ");
    return `sent to ${JSON.stringify(to)}, which is not ${schemes} on ${hosts}; name more hosts in the option "hosts"`;
  }

  /** The URL, if a client of this route may go there. */
  #permitted(text: unknown): URL | null {
    const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : null;
    if (!url || !this.#hosts.has(url.hostname) || url.username || url.password) return null;
    return url.protocol === "wss:" || (url.protocol === "ws:" && !this.#secure) ? url : null;
  }
}

/** @throws ClientError `invalid-option` */
export function checkName(name: string): void {
  if (!isName(name)) throw new ClientError("invalid-option", `"${name}" is not a name: ${NAME_RULE}`);
}

/** @throws ClientError `invalid-option` */
export function webSocketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text.replace(/^http/, "ws")) : null;
  if (url?.protocol === "ws:" || url?.protocol === "wss:") return url;
  throw new ClientError("invalid-option", `"${text}" is not a node's URL; it looks like ws://host:7777`);
}

/** Scheme, host and path prefix, without a trailing slash, query or fragment. */
function baseOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}
