/** What a caller may set, and what holds where nothing is set. */
import { UNACKNOWLEDGED_FRAMES } from "@rockpool/protocol";
import { ClientError } from "./errors.ts";
import type { Destination } from "./routing.ts";
import type { Seat } from "./seat.ts";

export interface ConnectOptions extends Destination {
  /**
   * A one-time reservation from {@link findOrCreate}, used for the first connection only; or what `room.seat` was
   * on an earlier page, to go on as the same player. A seat of another url, function or room is not used.
   */
  seat?: string | Seat | null;
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
  /**
   * Messages that are kept until the room has them: those not acknowledged, and those that wait while there is no
   * connection; more push the oldest out. Default 128; a node may take more for flooding (4008).
   */
  queuedMessages?: number;
  /** Bytes of such messages, each with one byte of its frame. Default 65,536. */
  queuedBytes?: number;
}

const DEFAULTS = {
  pingInterval: 2000,
  silence: 6000,
  connectTimeout: 10_000,
  backoffMin: 100,
  backoffMax: 5000,
  maxRetries: Number.POSITIVE_INFINITY,
  queuedMessages: UNACKNOWLEDGED_FRAMES,
  queuedBytes: 65_536,
};

/** The numbers of {@link ConnectOptions}, all set. */
export type Settings = Readonly<typeof DEFAULTS>;

/** @throws ClientError `invalid-option` for anything but numbers from 0 up */
export function settings(options: ConnectOptions): Settings {
  const chosen = { ...DEFAULTS };
  const asked = { ...options, backoffMin: options.backoff?.min, backoffMax: options.backoff?.max };
  for (const name of Object.keys(chosen) as (keyof Settings)[]) {
    const value = asked[name] ?? chosen[name];
    if (!(value >= 0)) {
      throw new ClientError("invalid-option", `${name} must be a number from 0 up, not ${value}`);
    }
    chosen[name] = value;
  }
  return chosen;
}
