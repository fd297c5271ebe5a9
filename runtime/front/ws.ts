/**
 * The fallback transport: the `ws` package over node:http(s). Here close handlers run after the closing
 * handshake, and a sent buffer may be read after `send` returns, so frames are copied first.
 *
 * Processes share a port only where Node.js offers SO_REUSEPORT (23.1 and later, not on Windows and macOS).
 * Elsewhere the front lets shard 0 alone listen on the game port, and MOVED sends players on.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, ListenOptions } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { refuse, requestHead, serve } from "./nodeHttp.ts";
import { readTls } from "./tls.ts";
import {
  IDLE_TIMEOUT_S,
  ListenError,
  MAX_HEAD_BYTES,
  MAX_MESSAGE_BYTES,
  type Socket,
  type Transport,
  type TransportHandlers,
  type TransportOptions,
} from "./transport.ts";

/** Milliseconds for a whole request, head and body: what a slow sender may hold a connection for. */
const REQUEST_TIMEOUT_MS = 10_000;

class WsSocket implements Socket {
  readonly #ws: WebSocket;
  /** Whether the peer was heard of since the last probe. */
  alive = true;
  #cutOff: NodeJS.Timeout | undefined;

  constructor(ws: WebSocket) {
    this.#ws = ws;
  }

  send(frame: Uint8Array): number {
    if (this.#ws.readyState !== WebSocket.OPEN) return 0;
    this.#ws.send(Buffer.from(frame), SEND_OPTIONS);
    return this.#ws.bufferedAmount;
  }

  end(code: number, reason: string, graceMs: number): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#ws.close(code, reason);
    this.#cutOff = setTimeout(() => this.#ws.terminate(), graceMs);
  }

  /** Drops a peer that answered nothing since the last probe, else sends the next one. */
  probe(): void {
    if (!this.alive) {
      this.#ws.terminate();
      return;
    }
    this.alive = false;
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  destroy(): void {
    this.#ws.terminate();
  }

  closed(): void {
    clearTimeout(this.#cutOff);
  }
}

const SEND_OPTIONS = { binary: true, compress: false };

/** Opens the transport. Throws {@link TlsError}. */
export function openWs(options: TransportOptions, handlers: TransportHandlers): Transport {
  return new WsTransport(options, handlers);
}

class WsTransport implements Transport {
  readonly name = "ws";
  readonly sharesPort = canReusePort();
  readonly #options: TransportOptions;
  readonly #handlers: TransportHandlers;
  readonly #tls: ReturnType<typeof readTls> | null;
  readonly #servers = new Set<Server>();
  readonly #sockets = new Set<WsSocket>();
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // A text frame is refused with 4011 whatever is in it.
    skipUTF8Validation: true,
    handleProtocols: (_offered, request) => this.#accepted.get(request) ?? false,
  });
  /** The subprotocol the door chose, while a handshake is under way. */
  readonly #accepted = new WeakMap<IncomingMessage, string>();
  readonly #probes: NodeJS.Timeout;

  constructor(options: TransportOptions, handlers: TransportHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#tls = options.tls && readTls(options.tls);
    this.#probes = setInterval(
      () => {
        for (const socket of this.#sockets) socket.probe();
      },
      (IDLE_TIMEOUT_S / 2) * 1000,
    ).unref();
  }

  async listen(port: number, mode: "shared" | "exclusive"): Promise<number> {
    const limits = {
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
    };
    const server: Server = this.#tls ? createTlsServer({ ...limits, ...this.#tls }) : createServer(limits);
    server.on("request", (request, response) => serve(request, response, this.#handlers));
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(new ListenError(this.#options.host, port, describe(error))));
      // `reusePort` is ignored before Node.js 23.1, whose types the project uses.
      const listen: ListenOptions & { reusePort: boolean } = {
        host: this.#options.host,
        port,
        exclusive: true,
        reusePort: mode === "shared" && this.sharesPort,
      };
      server.listen(listen, resolve);
    });
    this.#servers.add(server);
    return (server.address() as AddressInfo).port;
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // A peer that resets before the handshake ends must not end the process.
    stream.on("error", () => stream.destroy());
    const offered = request.headers["sec-websocket-protocol"] ?? "";
    const decision = this.#handlers.upgrade({
      ...requestHead(request),
      protocols: offered === "" ? [] : offered.split(",").map((protocol) => protocol.trim()),
    });
    if (!decision.accept) {
      refuse(stream, decision.response);
      return;
    }
    this.#accepted.set(request, decision.protocol);
    const { handler } = decision;
    this.#webSockets.handleUpgrade(request, stream, head, (ws) => {
      const socket = new WsSocket(ws);
      this.#sockets.add(socket);
      ws.on("message", (data: Buffer, isBinary) => {
        socket.alive = true;
        handler.message(data, isBinary);
      });
      ws.on("pong", () => {
        socket.alive = true;
      });
      // A protocol error: the library closes by itself, and `close` follows.
      ws.on("error", () => {});
      ws.on("close", (code) => {
        this.#sockets.delete(socket);
        socket.closed();
        handler.closed(code);
      });
      handler.opened(socket);
    });
  }

  stopListening(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeIdleConnections();
    }
  }

  destroy(): void {
    clearInterval(this.#probes);
    this.stopListening();
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.closeAllConnections();
  }
}

function canReusePort(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return (major > 23 || (major === 23 && minor >= 1)) && process.platform === "linux";
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === "EADDRINUSE") return "the port is in use; stop the other program or choose another port";
  if (error.code === "EACCES") return "not permitted; choose a port from 1024 up";
  return error.message;
}
