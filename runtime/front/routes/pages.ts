/** The landing page at `/`, and the pages of functions at `/play/{function}/`. */
import { isName } from "@rockpool/protocol";
import { type HttpRequest, httpError, type Route } from "../http.ts";
import type { PageFile, Pages } from "../pages.ts";
import type { HttpResponse } from "../transport.ts";

/**
 * Pages load nothing from elsewhere and run no inline script, so that a player's name shown without care does
 * not become one. They may connect anywhere, since shards have other ports and perhaps other hosts.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self' http: https: ws: wss:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

/** @param landing files of the landing page by path */
export function pageRoutes(landing: ReadonlyMap<string, PageFile>, pages: Pages): Route[] {
  return [
    { method: "GET", pattern: "/play/:function", maxBody: 0, answer: addSlash },
    { method: "GET", pattern: "/play/:function/*", maxBody: 0, answer: (request) => play(request, pages) },
    ...[...landing].map(([path, file]): Route => {
      const pattern = path === "index.html" ? "/" : `/${path}`;
      return { method: "GET", pattern, maxBody: 0, answer: ({ head }) => serve(file, head.ifNoneMatch) };
    }),
  ];
}

/** Without the slash at its end, the relative addresses of a page would miss it. */
function addSlash({ parameters: [name = ""], head }: HttpRequest): HttpResponse {
  if (!isName(name)) return notFound();
  const query = /^[\x21-\x7e]+$/.test(head.query) ? `?${head.query}` : "";
  return { status: 308, headers: [["location", `/play/${name}/${query}`]], body: "" };
}

async function play(request: HttpRequest, pages: Pages): Promise<HttpResponse> {
  const [name = "", path = ""] = request.parameters;
  if (!isName(name)) return notFound();
  const file = await pages.file(name, path === "" || path.endsWith("/") ? `${path}index.html` : path);
  return file ? serve(file, request.head.ifNoneMatch) : notFound();
}

function serve(file: PageFile, ifNoneMatch: string): HttpResponse {
  const headers: [string, string][] = [
    ["etag", file.etag],
    // Always asked for again: a deploy is seen at the next load, and 304 makes asking cheap.
    ["cache-control", "no-cache"],
    ["content-security-policy", CONTENT_SECURITY_POLICY],
  ];
  const known = ifNoneMatch.split(",").some((tag) => tag.trim().replace(/^W\//, "") === file.etag);
  if (known) return { status: 304, headers, body: "" };
  return { status: 200, headers: [["content-type", file.type], ...headers], body: file.body };
}

function notFound(): HttpResponse {
  return httpError(404, "not-found", "there is no such page");
}
