/**
 * The front: everything between the sockets and the rooms of a shard. It checks and counts what comes in,
 * and knows rooms only as a Lobby, so it runs and is tested without a guest.
 */
import type { CloseCode } from "@rockpool/protocol";
import type { Calls } from "../call/calls.ts";
import type { Lobby } from "../room/lobby.ts";
import type { FrontCounters } from "./counters.ts";
import { Door } from "./door.ts";
import { Router } from "./http.ts";
import type { FrontOptions } from "./options.ts";
import { ArchivePages, type PageFile, type PageSource } from "./pages.ts";
import { callRoutes } from "./routes/call.ts";
import { functionRoutes } from "./routes/functions.ts";
import { healthRoutes } from "./routes/health.ts";
import { pageRoutes } from "./routes/pages.ts";
import { roomRoutes } from "./routes/rooms.ts";
import { ShardUrls } from "./shardUrls.ts";
import { openTransport, type Transport } from "./transport.ts";

/** What the front writes to the log; pino's loggers fit. */
export interface FrontLog {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** A deployed function, as `GET /v1/functions` shows it. */
export interface FunctionEntry {
  name: string;
  kind: "room" | "call";
  /** The component's digest. */
  version: string;
  /** Whether `/play/{name}/` serves a page. */
  page: boolean;
  players: number;
  rooms: number;
}

export interface FunctionDirectory {
  /** All deployed functions; counts are of the whole node where that is known, else of this shard. */
  list(): FunctionEntry[] | Promise<FunctionEntry[]>;
  /** Where a function's page is; null: no such function. */
  page(functionName: string): PageSource | null;
}

export type Readiness = { ready: true } | { ready: false; reasons: string[] };

export interface FrontSetup {
  options: FrontOptions;
  /** Every shard's own port in order; empty until all listen. */
  ownPorts: () => number[];
  lobby: Lobby;
  calls: Calls;
  functions: FunctionDirectory;
  /** Files of the landing page by path: `readFolder(LANDING_FOLDER)`. */
  landing: ReadonlyMap<string, PageFile>;
  ready: () => Readiness;
  counters: FrontCounters;
  log: FrontLog;
}

export interface FrontPorts {
  /** The shared game port. */
  port: number;
  ownPort: number;
}

export interface Front {
  readonly transport: "uws" | "ws";
  /** Null until `listen` resolves. */
  readonly ports: FrontPorts | null;
  /** WebSockets that are open or closing. */
  readonly connections: number;
  /** Listens on the game port and on the shard's own. Rejects with ListenError, then listens on neither. */
  listen(): Promise<FrontPorts>;
  /** Takes no more connections; those that exist live on. */
  stopListening(): void;
  /** Closes every WebSocket with this code, and from now on every new one. */
  closeAll(code: CloseCode): void;
  /** Stops listening and cuts off whatever is left, kept-alive HTTP connections too. */
  destroy(): void;
}

/** Opens the front of a shard; nothing listens yet. Rejects with TlsError. */
export async function openFront(setup: FrontSetup): Promise<Front> {
  const { options, lobby, counters, log } = setup;
  const urls = new ShardUrls({
    shards: options.shards,
    template: options.publicUrl,
    secure: options.tls !== null,
    ownPorts: setup.ownPorts,
  });
  const door = new Door(options, urls, lobby, counters, log);
  const pages = new ArchivePages((name) => setup.functions.page(name));
  const routes = [
    ...healthRoutes(options.node, options.shard, setup.ready),
    ...roomRoutes(lobby, urls),
    ...callRoutes(setup.calls),
    ...functionRoutes(setup.functions),
    ...pageRoutes(setup.landing, pages),
  ];
  const router = new Router(routes, options.cors, counters, log);
  const handlers = { upgrade: door.upgrade.bind(door), http: router.exchange.bind(router) };
  const transport = await openTransport(options.transport, options, handlers, (details, message) =>
    log.warn(details, message),
  );
  return new ShardFront(options, door, transport);
}

class ShardFront implements Front {
  ports: FrontPorts | null = null;
  readonly #options: FrontOptions;
  readonly #door: Door;
  readonly #transport: Transport;

  constructor(options: FrontOptions, door: Door, transport: Transport) {
    this.#options = options;
    this.#door = door;
    this.#transport = transport;
  }

  get transport(): "uws" | "ws" {
    return this.#transport.name;
  }

  get connections(): number {
    return this.#door.connections;
  }

  async listen(): Promise<FrontPorts> {
    const { port, ownPort, shard } = this.#options;
    try {
      // Where processes cannot share a port, shard 0 takes the game port and MOVED sends players on.
      const takesGamePort = this.#transport.sharesPort || shard === 0;
      this.ports = {
        port: takesGamePort ? await this.#transport.listen(port, "shared") : port,
        ownPort: await this.#transport.listen(ownPort, "exclusive"),
      };
      return this.ports;
    } catch (error) {
      this.#transport.stopListening();
      throw error;
    }
  }

  stopListening(): void {
    this.#transport.stopListening();
  }

  closeAll(code: CloseCode): void {
    this.#door.closeAll(code);
  }

  destroy(): void {
    this.#transport.destroy();
  }
}
