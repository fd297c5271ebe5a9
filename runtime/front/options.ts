/** The part of a shard's options that is the front's. */

/** Caps at the door, per shard; see docs/limits.md. */
export interface DoorLimits {
  /** Open connections of one address. */
  connectionsPerAddress: number;
  /** Bytes a player may leave unread before it is closed with 4009. */
  unsentBytes: number;
}

export interface FrontOptions {
  /** This shard's index. */
  shard: number;
  shards: number;
  /** The node's name, shown to clients. */
  node: string;
  /** Address to listen on. */
  host: string;
  /** The game port, shared by all shards (SO_REUSEPORT); 0 picks a free one. */
  port: number;
  /** This shard's own port; 0 picks a free one. */
  ownPort: number;
  /** Template of a shard's public base URL with `{host}`, `{port}` and `{shard}`; null: derived from the request. */
  publicUrl: string | null;
  /** PEM files of a certificate chain and its key; null: no TLS. */
  tls: { certFile: string; keyFile: string } | null;
  transport: "auto" | "uws" | "ws";
  door: DoorLimits;
  /** Allowed CORS origins; `*` allows all. */
  cors: string[];
}
