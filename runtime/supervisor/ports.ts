/**
 * Finds out whether a port is free before any shard listens on it. Shards share the game port with
 * SO_REUSEPORT, so a second node on it would start without any error and take half of the players; a plain
 * listen, without that option, fails instead.
 */
import { createServer } from "node:net";
import { flagOf, variableOf } from "../config/options.ts";

/** `port-in-use`, `port-forbidden` (below 1024 without the right), `host-unknown` or `port-failed`. */
export class PortError extends Error {
  override readonly name = "PortError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What to change: the options that a port and its address were configured by. */
export interface PortOptions {
  port: string;
  host: string;
}

/**
 * Resolves with `port`, or with a free one when it is 0, having listened on it for a moment.
 * Rejects with {@link PortError} that says which option changes it.
 */
export function probePort(host: string, port: number, options: PortOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => reject(portError(error, host, port, options)));
    server.listen({ host, port, exclusive: true }, () => {
      const { port: found } = server.address() as { port: number };
      server.close(() => resolve(found));
    });
  });
}

/** The typed error for a listen that failed. */
export function portError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  options: PortOptions,
): PortError {
  const another = `choose another with ${flagOf(options.port)} or ${variableOf(options.port)}`;
  switch (error.code) {
    case "EADDRINUSE":
      return new PortError(
        "port-in-use",
        `port ${port} is in use by another program or another node: stop it, or ${another}`,
      );
    case "EACCES":
      return new PortError("port-forbidden", `this user may not listen on port ${port}: ${another}`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new PortError(
        "host-unknown",
        `"${host}" is not an address of this machine: change ${flagOf(options.host)} or ${variableOf(options.host)}`,
      );
    default:
      return new PortError("port-failed", `cannot listen on ${host}:${port}: ${error.message}`);
  }
}
