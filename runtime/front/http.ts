/**
 * Routes HTTP on the game port. A route is a method and a path pattern; unknown paths, wrong methods and
 * faults are answered here, as JSON `{code, message}` with a stable code, so that routes need not.
 */
import { corsHeaders, preflight } from "./cors.ts";
import type { FrontCounters } from "./counters.ts";
import type { FrontLog } from "./front.ts";
import { decode } from "./roomUrl.ts";
import type { HttpExchange, HttpHead, HttpResponse } from "./transport.ts";

export interface HttpRequest {
  readonly head: HttpHead;
  /** Percent-decoded values of the pattern's `:name` segments in order, and of `*`, the rest of the path. */
  readonly parameters: string[];
  readonly body: Uint8Array;
}

export interface Route {
  method: "GET" | "POST";
  /** `/v1/call/:function`; a last segment `*` takes the rest, slashes included, if it is not empty. */
  pattern: string;
  /** The largest body in bytes; 0: a body is ignored. */
  maxBody: number;
  answer(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
}

const SECURITY_HEADERS: [string, string][] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
];

export function json(status: number, value: unknown, headers: [string, string][] = []): HttpResponse {
  const type: [string, string][] = [
    ["content-type", "application/json; charset=utf-8"],
    ["cache-control", "no-store"],
  ];
  return { status, headers: [...type, ...headers], body: JSON.stringify(value) };
}

/** @param code stable, for programs; `message` says what to do, for people */
export function httpError(
  status: number,
  code: string,
  message: string,
  headers: [string, string][] = [],
): HttpResponse {
  return json(status, { code, message }, headers);
}

interface CompiledRoute extends Route {
  segments: string[];
}

export class Router {
  readonly #routes: CompiledRoute[];
  readonly #cors: string[];
  readonly #counters: FrontCounters;
  readonly #log: FrontLog;

  /** @param routes where two patterns fit a path, the one that comes first takes it */
  constructor(routes: Route[], cors: string[], counters: FrontCounters, log: FrontLog) {
    this.#routes = routes.map((route) => ({ ...route, segments: route.pattern.split("/").slice(1) }));
    this.#cors = cors;
    this.#counters = counters;
    this.#log = log;
  }

  /** The transport's `http` handler: what to do with a request, from its head alone. */
  exchange(head: HttpHead): HttpExchange {
    this.#counters.httpRequests++;
    const finish = (response: HttpResponse): HttpResponse => ({
      ...response,
      headers: [...response.headers, ...SECURITY_HEADERS, ...corsHeaders(this.#cors, head.origin)],
    });
    const refusal = (response: HttpResponse): HttpExchange => {
      const finished = finish(response);
      return { maxBody: 0, answer: () => finished, tooLarge: () => finished };
    };
    const segments = decodePath(head.path);
    if (segments === null)
      return refusal(httpError(400, "bad-path", "the path is not percent-encoded correctly"));
    const first = this.#routes.find((route) => fits(route.segments, segments));
    if (!first) return refusal(httpError(404, "not-found", "nothing is served under this path"));
    const candidates = this.#routes.filter((route) => route.pattern === first.pattern);
    const methods = allowedMethods(candidates);
    if (head.method === "OPTIONS") return refusal(preflight(methods));
    const wanted = head.method === "HEAD" ? "GET" : head.method;
    const route = candidates.find((candidate) => candidate.method === wanted);
    if (!route) {
      const allow = methods.join(", ");
      return refusal(httpError(405, "method-not-allowed", `use ${allow} here`, [["allow", allow]]));
    }
    const parameters = parametersOf(route.segments, segments);
    return {
      maxBody: route.maxBody,
      tooLarge: () => finish(httpError(413, "too-large", `the body is larger than ${route.maxBody} bytes`)),
      answer: (body) => this.#answer(route, { head, parameters, body }, finish),
    };
  }

  #answer(
    route: Route,
    request: HttpRequest,
    finish: (response: HttpResponse) => HttpResponse,
  ): HttpResponse | Promise<HttpResponse> {
    const failed = (error: unknown): HttpResponse => {
      this.#log.error({ err: error, route: route.pattern }, "an HTTP request failed");
      return finish(httpError(500, "internal", "the node failed to answer; its log says why"));
    };
    try {
      const response = route.answer(request);
      return response instanceof Promise ? response.then(finish, failed) : finish(response);
    } catch (error) {
      return failed(error);
    }
  }
}

/** Decoded segments; a slash encoded within one is refused, since it would move the boundary. */
function decodePath(path: string): string[] | null {
  if (!path.startsWith("/")) return null;
  const segments: string[] = [];
  for (const encoded of path.slice(1).split("/")) {
    const segment = decode(encoded);
    if (segment === null || segment.includes("/")) return null;
    segments.push(segment);
  }
  return segments;
}

function fits(pattern: string[], segments: string[]): boolean {
  const rest = pattern.at(-1) === "*";
  if (rest ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, i) => part === "*" || part.startsWith(":") || part === segments[i]);
}

function parametersOf(pattern: string[], segments: string[]): string[] {
  return pattern.flatMap((part, i) => {
    if (part === "*") return [segments.slice(i).join("/")];
    return part.startsWith(":") ? [segments[i]!] : [];
  });
}

function allowedMethods(routes: Route[]): string[] {
  const methods = new Set<string>(routes.map((route) => route.method));
  if (methods.has("GET")) methods.add("HEAD");
  methods.add("OPTIONS");
  return [...methods];
}
