/**
 * The transport over uWebSockets.js. Its close handlers run inside `end` and `close`, and a closed WebSocket
 * object throws when touched: so a socket here remembers that it is closed. Nothing may throw out of a
 * handler, since the library then ends the process.
 */

import type Uws from "uWebSockets.js";
import { readTls } from "./tls.ts";
import {
  IDLE_TIMEOUT_S,
  ListenError,
  MAX_MESSAGE_BYTES,
  type Socket,
  type SocketHandler,
  TlsError,
  type Transport,
  type TransportHandlers,
  type TransportOptions,
} from "./transport.ts";
import { addressText, serve, write } from "./uwsHttp.ts";

/** How often a shared port 0 is tried. */
const FREE_PORT_ATTEMPTS = 10;

/** What hangs on each of the library's WebSocket objects, which copies its fields from the upgrade. */
interface PerSocket {
  handler: SocketHandler;
  socket: UwsSocket | null;
}

type UwsWebSocket = Uws.WebSocket<PerSocket> & PerSocket;

class UwsSocket implements Socket {
  readonly #ws: UwsWebSocket;
  #open = true;
  /** A close that waits for unsent bytes: the library cannot destroy a socket once `end` was called. */
  #ending: { code: number; reason: string; cutOff: NodeJS.Timeout } | null = null;

  constructor(ws: UwsWebSocket) {
    this.#ws = ws;
  }

  send(frame: Uint8Array): number {
    if (!this.#open) return 0;
    return this.#ws.send(frame, true, false) === 1 ? 0 : this.#ws.getBufferedAmount();
  }

  end(code: number, reason: string, graceMs: number): void {
    if (!this.#open || this.#ending) return;
    if (this.#ws.getBufferedAmount() === 0) {
      this.#ws.end(code, reason);
      return;
    }
    this.#ending = { code, reason, cutOff: setTimeout(() => this.#ws.close(), graceMs) };
  }

  drained(): void {
    if (this.#ending && this.#ws.getBufferedAmount() === 0)
      this.#ws.end(this.#ending.code, this.#ending.reason);
  }

  closed(): void {
    this.#open = false;
    if (this.#ending) clearTimeout(this.#ending.cutOff);
  }
}

/** Opens the transport. Throws {@link TlsError}. */
export function openUws(
  library: typeof Uws,
  options: TransportOptions,
  handlers: TransportHandlers,
): Transport {
  const app = makeApp(library, options);
  app.ws<PerSocket>("/*", {
    maxPayloadLength: MAX_MESSAGE_BYTES,
    // No bound of the library's own: the connection checks after every send and closes with 4009.
    maxBackpressure: 0,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    compression: library.DISABLED,
    upgrade(res, req, context) {
      const offered = req.getHeader("sec-websocket-protocol");
      const decision = handlers.upgrade({
        path: req.getUrl(),
        query: req.getQuery() ?? "",
        host: req.getHeader("host"),
        remote: addressText(res.getRemoteAddressAsText()),
        protocols: offered === "" ? [] : offered.split(",").map((protocol) => protocol.trim()),
      });
      if (!decision.accept) {
        write(res, decision.response, false);
        return;
      }
      const perSocket: PerSocket = { handler: decision.handler, socket: null };
      res.upgrade(perSocket, req.getHeader("sec-websocket-key"), decision.protocol, "", context);
    },
    open(opened) {
      const ws = opened as UwsWebSocket;
      ws.socket = new UwsSocket(ws);
      ws.handler.opened(ws.socket);
    },
    message(ws, message, isBinary) {
      (ws as UwsWebSocket).handler.message(new Uint8Array(message), isBinary);
    },
    drain(ws) {
      (ws as UwsWebSocket).socket?.drained();
    },
    close(closed, code) {
      const ws = closed as UwsWebSocket;
      ws.socket?.closed();
      ws.handler.closed(code);
    },
  });
  app.any("/*", (res, req) => serve(res, req, handlers));
  return new UwsTransport(library, app, options.host);
}

function makeApp(library: typeof Uws, options: TransportOptions): Uws.TemplatedApp {
  if (!options.tls) return library.App();
  readTls(options.tls);
  try {
    return library.SSLApp({ cert_file_name: options.tls.certFile, key_file_name: options.tls.keyFile });
  } catch (error) {
    throw new TlsError(`${options.tls.certFile} is refused: ${(error as Error).message}`);
  }
}

class UwsTransport implements Transport {
  readonly name = "uws";
  readonly sharesPort = true;
  readonly #library: typeof Uws;
  readonly #app: Uws.TemplatedApp;
  readonly #host: string;
  #listening: Uws.us_listen_socket[] = [];

  constructor(library: typeof Uws, app: Uws.TemplatedApp, host: string) {
    this.#library = library;
    this.#app = app;
    this.#host = host;
  }

  async listen(port: number, mode: "shared" | "exclusive"): Promise<number> {
    // The library sets SO_REUSEPORT, and SO_REUSEADDR, only on a port that it was given: without the one it is
    // not shared, without the other connections in TIME_WAIT would keep a restarted shard from its port. So
    // for port 0 a free one is found first. Another program may take it in between: then the next is tried.
    const attempts = port === 0 ? FREE_PORT_ATTEMPTS : 1;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const socket = this.#listen(port === 0 ? this.#freePort() : port, mode);
      if (socket) {
        this.#listening.push(socket);
        return this.#library.us_socket_local_port(socket as Uws.us_socket);
      }
    }
    const reason = "the port is in use, not permitted, or the address is not this machine's; choose another";
    throw new ListenError(this.#host, port, reason);
  }

  #listen(port: number, mode: "shared" | "exclusive"): Uws.us_listen_socket | false {
    let listening: Uws.us_listen_socket | false = false;
    // 1 is LIBUS_LISTEN_EXCLUSIVE_PORT, which the package declares as a type only; without it SO_REUSEPORT is set.
    const listen = this.#app.listen as unknown as ListenWithOptions;
    listen.call(this.#app, this.#host, port, mode === "exclusive" ? 1 : 0, (socket) => {
      listening = socket;
    });
    return listening;
  }

  #freePort(): number {
    const socket = this.#listen(0, "exclusive");
    if (!socket)
      throw new ListenError(this.#host, 0, "no port is free, or the address is not this machine's");
    const port = this.#library.us_socket_local_port(socket as Uws.us_socket);
    this.#library.us_listen_socket_close(socket);
    return port;
  }

  stopListening(): void {
    for (const socket of this.#listening) this.#library.us_listen_socket_close(socket);
    this.#listening = [];
  }

  destroy(): void {
    this.stopListening();
    this.#app.close();
  }
}

/** The overload with host, port and options, which the library has and its types lack. */
type ListenWithOptions = (
  this: Uws.TemplatedApp,
  host: string,
  port: number,
  options: number,
  done: (socket: Uws.us_listen_socket | false) => void,
) => void;
