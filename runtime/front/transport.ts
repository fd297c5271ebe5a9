/**
 * The seam between a socket library and the front. Two transports implement it: uWebSockets.js (uws.ts), and
 * `ws` over node:http (ws.ts) for machines on which the native binary cannot load. They differ in when close
 * handlers run, in what `send` returns and in who copies bytes; nothing above this file may notice.
 */
import type Uws from "uWebSockets.js";
import type { FrontOptions } from "./options.ts";

/** One accepted WebSocket. Only used between `opened` and `closed`. */
export interface Socket {
  /** Sends one binary frame; the bytes are copied before it returns. Answers the bytes still unsent. */
  send(frame: Uint8Array): number;
  /**
   * Closes with a code behind everything already sent; a peer that has not taken it all after `graceMs` is
   * cut off without a code. The handler's `closed` may run at once, and runs exactly once.
   */
  end(code: number, reason: string, graceMs: number): void;
}

/**
 * What a transport tells about one socket, in the order opened, message…, closed. A handshake that fails
 * after it was accepted gives neither `opened` nor `closed`.
 */
export interface SocketHandler {
  opened(socket: Socket): void;
  /** One whole frame; the bytes are only valid during the call. */
  message(frame: Uint8Array, binary: boolean): void;
  /** The code of whoever closed first; 1005 and 1006 as in RFC 6455 section 7.1. */
  closed(code: number): void;
}

/** What both kinds of request carry; everything is as the client sent it, unchecked. */
export interface RequestHead {
  /** Without the query, still percent-encoded. */
  readonly path: string;
  /** Without the question mark, still percent-encoded; empty when there is none. */
  readonly query: string;
  /** The Host header, or an empty string. */
  readonly host: string;
  /** The peer's address as text, as the socket library prints it. */
  readonly remote: string;
}

export interface UpgradeRequest extends RequestHead {
  /** Subprotocols offered, in order. */
  readonly protocols: string[];
}

export type UpgradeDecision =
  | { accept: true; protocol: string; handler: SocketHandler }
  | { accept: false; response: HttpResponse };

export interface HttpHead extends RequestHead {
  /** In capitals. */
  readonly method: string;
  readonly origin: string;
  readonly ifNoneMatch: string;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names; without content-length, which the transport adds. */
  headers: [name: string, value: string][];
  body: Uint8Array | string;
}

/** Whether an answer has neither body nor content-length (RFC 9110 section 8.6). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** How to answer a request whose head is known. */
export interface HttpExchange {
  /** Bytes of body taken; 0: the body is ignored. A larger one is answered with `tooLarge`. */
  maxBody: number;
  answer(body: Uint8Array): HttpResponse | Promise<HttpResponse>;
  tooLarge(): HttpResponse;
}

/** What a transport calls. None of these throws or rejects. */
export interface TransportHandlers {
  upgrade(request: UpgradeRequest): UpgradeDecision;
  http(head: HttpHead): HttpExchange;
}

export interface TransportOptions {
  /** Address to listen on. */
  host: string;
  tls: FrontOptions["tls"];
}

export interface Transport {
  readonly name: "uws" | "ws";
  /** Whether several processes may listen on one port. */
  readonly sharesPort: boolean;
  /** Listens and answers the port in use; 0 picks a free one. Rejects with {@link ListenError}. */
  listen(port: number, mode: "shared" | "exclusive"): Promise<number>;
  /** Takes no more connections; those that exist live on. */
  stopListening(): void;
  /** Stops listening and cuts off everything that is left. */
  destroy(): void;
}

/**
 * The largest message either library assembles, in bytes. A larger one is cut off by the library (1006 from
 * uWebSockets.js, 1009 from ws), so it is well above the largest frame a function may allow: frames in
 * between get the documented 4011.
 */
export const MAX_MESSAGE_BYTES = 4 * 1_048_576;

/**
 * The largest head of a request, in bytes; past it either library answers 431 by itself. Well above the longest
 * query (MAX_QUERY_CHARS), so that one that is too long gets the documented 4011.
 */
export const MAX_HEAD_BYTES = 16_384;

/** Seconds of silence after which a connection is probed with a ping and then dropped. */
export const IDLE_TIMEOUT_S = 60;

/** A port that cannot be listened on. */
export class ListenError extends Error {
  readonly code = "listen-failed";

  constructor(host: string, port: number, reason: string) {
    super(`cannot listen on ${host} port ${port}: ${reason}`);
    this.name = "ListenError";
  }
}

/** TLS files that cannot be used. */
export class TlsError extends Error {
  readonly code = "tls-failed";

  constructor(reason: string) {
    super(
      `TLS: ${reason}; give a PEM certificate (chain) and its PEM private key, both readable by this user`,
    );
    this.name = "TlsError";
  }
}

type Warn = (details: { reason: string }, message: string) => void;
type UwsLibrary = typeof Uws;

/** Loads the native library; rejects where no binary fits this platform and Node.js version. */
async function loadUws(): Promise<UwsLibrary> {
  // Read when the binary loads; without it, the one for Node.js 22 and newer takes 4,096 bytes.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE = String(MAX_HEAD_BYTES);
  return (await import("uWebSockets.js")).default;
}

/**
 * Opens the wanted transport; nothing listens yet. `auto` takes uWebSockets.js, or `ws` with one warning
 * where the native binary cannot load. Rejects with {@link TlsError}, or with the loader's error for `uws`.
 */
export async function openTransport(
  wanted: FrontOptions["transport"],
  options: TransportOptions,
  handlers: TransportHandlers,
  warn: Warn,
  load: () => Promise<UwsLibrary> = loadUws,
): Promise<Transport> {
  if (wanted !== "ws") {
    let library: UwsLibrary | null = null;
    try {
      library = await load();
    } catch (error) {
      if (wanted === "uws") throw error;
      const reason = String((error as Error).message).split("\n")[0] ?? "";
      warn({ reason }, "uWebSockets.js cannot load here; using the slower ws transport");
    }
    // Imported only when chosen: the other library's memory would be paid by every shard.
    if (library) return (await import("./uws.ts")).openUws(library, options, handlers);
  }
  return (await import("./ws.ts")).openWs(options, handlers);
}
