/** Where players go, and how they find the way. */
import { shardOfRoom } from "@rockpool/protocol";

export interface Endpoint {
  /** `bare`: the connection is the room and messages are bytes. `rockpool`: the protocol of a node. */
  dialect: "bare" | "rockpool";
  /** `ws://host:port` */
  url: string;
  function: string;
}

/**
 * `cold`: always the game port first, and wherever MOVED leads; a client that knows nothing of its node.
 * `learned`: as the client SDK does, straight to the room's shard once a WELCOME has named the shards.
 */
export type Routing = "cold" | "learned";

export class Routes {
  readonly #endpoint: Endpoint;
  readonly #routing: Routing;
  #shards: readonly string[] | null = null;

  constructor(endpoint: Endpoint, routing: Routing) {
    this.#endpoint = endpoint;
    this.#routing = routing;
  }

  url(room: string): string {
    const { url, function: name } = this.#endpoint;
    const shards = this.#shards;
    const base = shards === null ? url : shards[shardOfRoom(name, room, shards.length)];
    return `${base}/v1/rooms/${name}/${room}`;
  }

  /** A WELCOME named the shards, or said that there is one. */
  learn(shards: readonly string[] | undefined): void {
    if (this.#routing === "learned" && shards !== undefined) this.#shards = shards;
  }
}
