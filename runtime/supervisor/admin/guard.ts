/**
 * Who may call the admin API.
 *
 * A page that someone opens in a browser on this machine can send requests to loopback. Two checks keep it
 * out: the Host header must be an address or a known name, because DNS rebinding needs a name of the
 * attacker's; and a request that a browser says comes from another origin is refused, even one that only
 * reads. Whatever changes something needs the token besides, and off loopback everything does.
 */
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { AdminError } from "./adminError.ts";
import { carriesToken } from "./token.ts";

export interface GuardRules {
  /** Address that the API listens on. */
  host: string;
  /** Names besides localhost. */
  names: readonly string[];
  token: string;
}

/** Whether an address or name can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** @throws AdminError 403 when the headers show that another site is behind the request. */
export function checkOrigin(headers: IncomingHttpHeaders, rules: GuardRules): void {
  const host = headers.host ?? "";
  const name = host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  if (isIP(name) === 0 && name !== "localhost" && name !== rules.host && !rules.names.includes(name)) {
    const advice = "use its address, or add the name to adminNames";
    throw new AdminError(403, "unknown-host", `the admin API is not known by this name: ${advice}`);
  }
  const { origin, "sec-fetch-site": site } = headers;
  const sameOrigin = origin === undefined || origin === `http://${host}`;
  if (!sameOrigin || (site !== undefined && site !== "same-origin" && site !== "none")) {
    throw new AdminError(403, "cross-site", "the admin API takes no requests from other sites");
  }
}

/** @throws AdminError 401 when a call needs the token and does not carry it. */
export function checkToken(headers: IncomingHttpHeaders, needsToken: boolean, rules: GuardRules): void {
  if (!needsToken && isLoopback(rules.host)) return;
  if (carriesToken(headers.authorization, rules.token)) return;
  const where = "it is in the file admin.token of the node's data folder";
  throw new AdminError(
    401,
    "unauthorized",
    `this call needs the header "Authorization: Bearer <token>"; ${where}`,
  );
}
