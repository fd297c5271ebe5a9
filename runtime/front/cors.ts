/**
 * CORS: which pages of other origins may read answers. The game port has no cookies and no ambient
 * credentials, so credentials are never allowed and `*` gives away nothing that a program could not fetch.
 */
import type { HttpResponse } from "./transport.ts";

/** Seconds for which a browser may remember a preflight. */
const PREFLIGHT_MAX_AGE_S = 600;

/** Headers for an answer to a request from `origin` (empty: none was sent). */
export function corsHeaders(allowed: string[], origin: string): [string, string][] {
  if (allowed.includes("*")) {
    return [
      ["access-control-allow-origin", "*"],
      ["access-control-expose-headers", "retry-after"],
    ];
  }
  // Whoever was not allowed may be later; a cache in between must not mix the answers up.
  const vary: [string, string] = ["vary", "origin"];
  if (origin === "" || !allowed.includes(origin)) return [vary];
  return [vary, ["access-control-allow-origin", origin], ["access-control-expose-headers", "retry-after"]];
}

/** The answer to an OPTIONS request, to which {@link corsHeaders} are added. */
export function preflight(methods: string[]): HttpResponse {
  return {
    status: 204,
    headers: [
      ["allow", methods.join(", ")],
      ["access-control-allow-methods", methods.join(", ")],
      ["access-control-allow-headers", "content-type"],
      ["access-control-max-age", String(PREFLIGHT_MAX_AGE_S)],
    ],
    body: "",
  };
}
