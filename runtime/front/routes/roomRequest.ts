/**
 * The body of `POST /v1/rooms/{function}`: `{config?: base64, criteria?: {key: value}}`, from a stranger.
 * Size and depth are checked before parsing, and keys leave as pairs, never as an object's own.
 */

/** The largest body, in bytes: config is 64 KiB at most, as base64. */
export const MAX_ROOM_REQUEST_BYTES = 131_072;
/** The largest config, in bytes once decoded. */
export const MAX_CONFIG_BYTES = 65_536;
/** The most criteria, and the longest key or value in UTF-8 bytes: as many as a listing holds by default. */
export const MAX_CRITERIA = 32;
export const MAX_CRITERION_BYTES = 256;
/** The deepest nesting of objects and arrays: what a valid body needs. */
const MAX_DEPTH = 2;

export type RoomRequest =
  | { ok: true; config: Uint8Array; criteria: [string, string][] }
  | { ok: false; message: string };

/** Reads a body; an empty one asks for any room. */
export function parseRoomRequest(body: Uint8Array): RoomRequest {
  if (body.length === 0) return { ok: true, config: new Uint8Array(0), criteria: [] };
  let value: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    if (depthOf(text) > MAX_DEPTH) return refused(`JSON is nested deeper than ${MAX_DEPTH}`);
    value = JSON.parse(text);
  } catch (error) {
    return refused(`the body is not JSON: ${(error as Error).message}`);
  }
  const fields = fieldsOf(value);
  if (fields === null) return refused("the body must be a JSON object");
  const unknown = [...fields.keys()].find((key) => key !== "config" && key !== "criteria");
  if (unknown !== undefined) return refused("the body may hold config and criteria only");
  const config = readConfig(fields.get("config"));
  if (typeof config === "string") return refused(config);
  const criteria = readCriteria(fields.get("criteria"));
  if (typeof criteria === "string") return refused(criteria);
  return { ok: true, config, criteria };
}

function refused(message: string): RoomRequest {
  return { ok: false, message };
}

function fieldsOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

/** The config's bytes, or what is wrong with it. */
function readConfig(value: unknown): Uint8Array | string {
  if (value === undefined) return new Uint8Array(0);
  if (typeof value !== "string") return "config must be a base64 string";
  const bytes = Buffer.from(value, "base64");
  // Node.js skips what is not base64; only an exact round trip shows that nothing was skipped.
  if (bytes.toString("base64") !== value) return "config must be base64 with padding (RFC 4648 section 4)";
  if (bytes.length > MAX_CONFIG_BYTES) return `config is larger than ${MAX_CONFIG_BYTES} bytes`;
  return bytes;
}

/** The criteria as pairs, or what is wrong with them. */
function readCriteria(value: unknown): [string, string][] | string {
  if (value === undefined) return [];
  const fields = fieldsOf(value);
  if (fields === null) return "criteria must be a JSON object of strings";
  if (fields.size > MAX_CRITERIA) return `more than ${MAX_CRITERIA} criteria`;
  const criteria: [string, string][] = [];
  for (const [key, text] of fields) {
    if (typeof text !== "string") return "every criterion must be a string";
    if (Buffer.byteLength(key) > MAX_CRITERION_BYTES || Buffer.byteLength(text) > MAX_CRITERION_BYTES) {
      return `a criterion's key and value have at most ${MAX_CRITERION_BYTES} bytes each`;
    }
    criteria.push([key, text]);
  }
  return criteria;
}

/** How deep brackets nest outside of strings; the text need not be valid JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth--;
  }
  return deepest;
}
