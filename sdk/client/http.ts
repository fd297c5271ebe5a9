/** The game port's HTTP side: rooms that fit, lists of rooms, stateless calls. */
import { readJson } from "./attempt.ts";
import { ClientError } from "./errors.ts";
import { checkName, webSocketUrl } from "./routing.ts";

export interface NodeOptions {
  /** The node: `http://host:7777` or `https://…`; ws and wss are read as http and https. */
  url: string;
  function: string;
  /** Ends the request early. */
  signal?: AbortSignal;
}

export interface FindOptions extends NodeOptions {
  /** Bytes for the game's `create`, should a room be made. */
  config?: Uint8Array;
  /** What the room's listing must say. */
  criteria?: Readonly<Record<string, string>>;
}

/** A seat held for a few seconds. */
export interface Reservation {
  room: string;
  /** Base URL of the shard that holds the seat. */
  url: string;
  /** Taken by the `seat` option of `connect`. */
  seat: string;
}

/** A room as the node lists it. */
export interface ListedRoom {
  room: string;
  players: number;
  maxPlayers: number;
  locked: boolean;
  /** Names and values set by the game. */
  listing: [string, string][];
}

/** A seat in a room that fits, or else in a new one. Rejects with ClientError `http`. */
export async function findOrCreate(options: FindOptions): Promise<Reservation> {
  const config = options.config && btoa(String.fromCharCode(...options.config));
  const response = await request(options, "rooms", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ config, criteria: options.criteria }),
  });
  const found = (await response.json()) as Reservation;
  // The answer names the room's whole URL.
  return { ...found, url: found.url.replace(/\/v1\/rooms\/.*/, "") };
}

/** The function's rooms on the node. Rejects with ClientError `http`. */
export async function listRooms(options: NodeOptions): Promise<ListedRoom[]> {
  const response = await request(options, "rooms", {});
  return (await response.json()) as ListedRoom[];
}

/** The answer of a call function. Rejects with ClientError `http`. */
export async function call(options: NodeOptions & { body: Uint8Array<ArrayBuffer> }): Promise<Uint8Array> {
  const response = await request(options, "call", { method: "POST", body: options.body });
  return new Uint8Array(await response.arrayBuffer());
}

async function request(options: NodeOptions, kind: "rooms" | "call", init: RequestInit): Promise<Response> {
  checkName(options.function);
  const base = webSocketUrl(options.url).href.replace(/^ws/, "http").replace(/\/+$/, "");
  const response = await fetch(`${base}/v1/${kind}/${options.function}`, {
    ...init,
    signal: options.signal ?? null,
  });
  if (response.ok) return response;
  // A node says what is wrong as {code, message}; a proxy before it may answer with anything.
  const body = new Uint8Array(await response.arrayBuffer());
  const message =
    readJson<{ message: string }>(body)?.message ?? new TextDecoder().decode(body).slice(0, 200);
  throw new ClientError("http", `${response.status} ${message}`, { status: response.status });
}
