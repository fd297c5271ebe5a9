/**
 * The admin API's HTTP server: who may call is decided (guard.ts) before a route sees the request, and every
 * error is JSON `{code, message}`.
 */
import { ReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { Config } from "../../config/options.ts";
import type { Logger } from "../../telemetry/log.ts";
import type { Metrics } from "../../telemetry/prometheus.ts";
import { portError } from "../ports.ts";
import { AdminError, adminError } from "./adminError.ts";
import { checkOrigin, checkToken, type GuardRules } from "./guard.ts";
import { loadPages } from "./pages.ts";
import { json, type Reply } from "./reply.ts";
import { type Administered, ROUTES } from "./routes.ts";

export interface AdminPlan {
  node: Administered;
  metrics: Metrics;
  config: Pick<Config, "adminHost" | "adminPort" | "adminNames" | "uploadBytes">;
  token: string;
  log: Logger;
}

/** Milliseconds for a whole request: an upload over a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;
const MAX_CONNECTIONS = 256;
/** How long a refused upload may go on, so that its sender reads the answer instead of a reset. */
const REFUSED_UPLOAD_MS = 1_000;

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
} as const;

export class AdminServer {
  readonly #plan: AdminPlan;
  readonly #rules: GuardRules;
  readonly #server: Server;
  readonly #pages = loadPages();

  constructor(plan: AdminPlan) {
    this.#plan = plan;
    const { adminHost, adminNames } = plan.config;
    this.#rules = { host: adminHost, names: adminNames, token: plan.token };
    this.#server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Resolves with the port. Rejects with PortError. */
  listen(): Promise<number> {
    const { adminHost: host, adminPort: port } = this.#plan.config;
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        reject(portError(error, host, port, { port: "adminPort", host: "adminHost" }));
      });
      this.#server.listen({ host, port }, () => resolve((this.#server.address() as { port: number }).port));
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply;
    try {
      reply = await this.#answer(request);
    } catch (error) {
      reply = this.#refuse(error, request);
    }
    if (response.destroyed) return;
    if (!request.complete) this.#endUpload(request);
    response.writeHead(reply.status, { ...HEADERS, "content-type": reply.type });
    if (request.method === "HEAD") response.end();
    else if (reply.body instanceof ReadStream) this.#stream(reply.body, request, response);
    else response.end(reply.body);
  }

  /** A file that cannot be read to its end resets the connection: its reader must not take a part for the whole. */
  #stream(body: ReadStream, { url }: IncomingMessage, response: ServerResponse): void {
    pipeline(body, response, (error) => {
      if (error) this.#plan.log.debug({ err: error, url }, "a file was not sent to its end");
    });
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    checkOrigin(request.headers, this.#rules);
    const { pathname, searchParams } = urlOf(request);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const page = this.#pages.get(pathname);
    // The page is the same everywhere and shows nothing until its calls carry the token.
    if (page !== undefined && method === "GET") return page;
    const here = ROUTES.filter((route) => route.path.test(pathname));
    const route = here.find((one) => one.method === method);
    const needsToken = method !== "GET" || route?.guarded === true;
    if (!route?.open) checkToken(request.headers, needsToken, this.#rules);
    if (route === undefined) throw noRoute(here.length > 0);
    return route.run({
      node: this.#plan.node,
      metrics: this.#plan.metrics,
      uploadBytes: this.#plan.config.uploadBytes,
      request,
      query: searchParams,
      part: route.path.exec(pathname)?.[1] ?? "",
    });
  }

  #refuse(error: unknown, request: IncomingMessage): Reply {
    const known = adminError(error);
    const { method, url } = request;
    if (known === null) this.#plan.log.error({ err: error, method, url }, "an admin request failed");
    else this.#plan.log.debug({ method, url, code: known.code }, "an admin request was refused");
    if (known !== null) return json({ code: known.code, message: known.message }, known.status);
    return json({ code: "internal", message: "the node failed; its log says why" }, 500);
  }

  /** Reads on and forgets, for a moment: closing at once would reset the connection before the answer is read. */
  #endUpload(request: IncomingMessage): void {
    request.resume();
    request.on("error", () => {});
    const timer = setTimeout(() => request.destroy(), REFUSED_UPLOAD_MS);
    request.once("close", () => clearTimeout(timer));
  }
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? "/", "http://admin");
  } catch {
    throw new AdminError(400, "bad-url", "the request's target is not a URL");
  }
}

function noRoute(pathExists: boolean): AdminError {
  return pathExists
    ? new AdminError(405, "method-not-allowed", "this path does not take that method")
    : new AdminError(404, "not-found", "the admin API has no such path");
}
