/**
 * Reads the path and query of a WebSocket URL, strictly: names are checked before anything else is done with
 * them, and a query that could be read in two ways is refused rather than guessed at.
 */
import { CloseCode, isName, NAME_RULE } from "@rockpool/protocol";
import type { ResumeRequest } from "../room/lobby.ts";

/** The longest query of a WebSocket URL, in characters. */
export const MAX_QUERY_CHARS = 4096;

/** Parameters that mean something, now or reserved; others are ignored. */
const PARAMETERS = new Set(["seat", "token", "resume", "received", "epoch"]);

export type RoomUrl =
  | { kind: "room"; function: string; room: string; seat: string | null; resume: ResumeRequest | null }
  /** A room URL, with something wrong in it that its sender must be told. */
  | { kind: "refused"; code: CloseCode; message: string }
  /** Not a room's URL at all. */
  | { kind: "other" };

export function parseRoomUrl(path: string, query: string): RoomUrl {
  const segments = path.split("/");
  if (segments.length !== 5 || segments[1] !== "v1" || segments[2] !== "rooms") return { kind: "other" };
  const functionName = decode(segments[3]!);
  const room = decode(segments[4]!);
  if (functionName === null || !isName(functionName)) {
    return { kind: "refused", code: CloseCode.NotFound, message: `a function's name is ${NAME_RULE}` };
  }
  if (room === null || !isName(room)) {
    return { kind: "refused", code: CloseCode.NotFound, message: `a room's name is ${NAME_RULE}` };
  }
  const parameters = parseQuery(query);
  if (typeof parameters === "string") {
    return { kind: "refused", code: CloseCode.BadFrame, message: parameters };
  }
  const resume = parseResume(parameters);
  if (typeof resume === "string") return { kind: "refused", code: CloseCode.BadFrame, message: resume };
  return { kind: "room", function: functionName, room, seat: parameters.get("seat") ?? null, resume };
}

/** What the client wants back, null when nothing, or what is wrong with it. */
function parseResume(parameters: ReadonlyMap<string, string>): ResumeRequest | null | string {
  const token = parameters.get("resume");
  if (token === undefined) return null;
  const received = parseCount(parameters.get("received"));
  const epoch = parseCount(parameters.get("epoch"));
  if (received === null) return "received must be a count from 0 to 4294967295";
  if (epoch === null) return "epoch must be a count from 0 to 4294967295";
  return { token, received, epoch };
}

function parseCount(text: string | undefined): number | null {
  if (text === undefined) return 0;
  const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  return count <= 0xffff_ffff ? count : null;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** The known parameters of a query, or what is wrong with it. */
function parseQuery(query: string): ReadonlyMap<string, string> | string {
  if (query === "") return NO_PARAMETERS;
  const parameters = new Map<string, string>();
  if (query.length > MAX_QUERY_CHARS) return `the query is longer than ${MAX_QUERY_CHARS} characters`;
  // Outside of printable ASCII nothing is a URL (RFC 3986), and MOVED repeats the query.
  if (!/^[\x21-\x7e]*$/.test(query)) return "the query holds characters that must be percent-encoded";
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = decode(equals < 0 ? "" : pair.slice(equals + 1));
    if (key === null || value === null) return "the query is not percent-encoded correctly";
    if (!PARAMETERS.has(key)) continue;
    if (parameters.has(key)) return `the query names ${key} twice`;
    parameters.set(key, value);
  }
  return parameters;
}

/** Percent-decodes UTF-8, or null when it is malformed. */
export function decode(text: string): string | null {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
