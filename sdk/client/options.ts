/** What a caller may set, and what holds where nothing is set. */
import { ClientError } from "./errors.ts";
import type { Destination } from "./routing.ts";

export interface ConnectOptions extends Destination {
  /** One-time reservation from {@link findOrCreate}; used for the first connection only. */
  seat?: string;
  /** Base URL for the first connection only, such as the shard of a reservation; kept to the rules of MOVED. */
  via?: string;
  /** Sent as the `token` query parameter of every connection. */
  token?: string;
  /** Milliseconds between pings while connected; 0 turns pings and watchdog off. Default 2,000. */
  pingInterval?: number;
  /** Milliseconds without any frame after which a connection counts as lost. Default 6,000. */
  silence?: number;
  /** Milliseconds that a connection may take until its WELCOME. Default 10,000. */
  connectTimeout?: number;
  /** Upper bounds of the first and of every delay between attempts, in milliseconds. Default 100 and 5,000. */
  backoff?: { min?: number; max?: number };
  /** Attempts that may follow a lost connection before the room closes with its code. Default: no end. */
  maxRetries?: number;
  /** Messages that wait while there is no connection; more push the oldest out. Default 64. */
  queuedMessages?: number;
  /** Bytes that wait while there is no connection. Default 65,536. */
  queuedBytes?: number;
}

/** The numbers of {@link ConnectOptions}, all set. */
export interface Settings {
  readonly pingInterval: number;
  readonly silence: number;
  readonly connectTimeout: number;
  readonly backoffMin: number;
  readonly backoffMax: number;
  readonly maxRetries: number;
  readonly queuedMessages: number;
  readonly queuedBytes: number;
}

/** @throws ClientError `invalid-option` for anything but numbers from 0 up */
export function settings(options: ConnectOptions): Settings {
  const chosen: Settings = {
    pingInterval: options.pingInterval ?? 2000,
    silence: options.silence ?? 6000,
    connectTimeout: options.connectTimeout ?? 10_000,
    backoffMin: options.backoff?.min ?? 100,
    backoffMax: options.backoff?.max ?? 5000,
    maxRetries: options.maxRetries ?? Number.POSITIVE_INFINITY,
    queuedMessages: options.queuedMessages ?? 64,
    queuedBytes: options.queuedBytes ?? 65_536,
  };
  for (const [name, value] of Object.entries(chosen)) {
    if (!(value >= 0))
      throw new ClientError("invalid-option", `${name} must be a number from 0 up, not ${value}`);
  }
  return chosen;
}
