/**
 * The page that a component carries: a JSON object of path → base64 in a custom section. Paths end up in URLs
 * only, never in file names, and are checked all the same.
 */
import { ImageRefusal } from "./refusal.ts";

/** The largest page archive, in bytes of JSON. */
export const MAX_PAGE_BYTES = 8_388_608;
const MAX_PAGE_FILES = 256;
const MAX_PATH_LENGTH = 255;
/** Segments of letters, digits, `_`, `-` and `.`, none of which starts with a dot: no `..`, nothing hidden. */
const PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** Reads a page archive; throws ImageRefusal that names the file at fault. */
export function readPage(section: Uint8Array): Map<string, Uint8Array> {
  if (section.length > MAX_PAGE_BYTES) {
    throw refused(
      `The page takes ${section.length} bytes, more than the limit of ${MAX_PAGE_BYTES}; make its files smaller`,
    );
  }
  const files = Object.entries(parse(section));
  if (files.length > MAX_PAGE_FILES) {
    throw refused(
      `The page has ${files.length} files, more than the limit of ${MAX_PAGE_FILES}; bundle them`,
    );
  }
  return new Map(files.map(([path, content]) => [checkPath(path), decode(path, content)]));
}

function parse(section: Uint8Array): object {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(section));
  } catch (error) {
    throw refused(`The page is not JSON: ${(error as Error).message}; build the component again`);
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw refused("The page must be a JSON object of path to base64; build the component again");
}

function checkPath(path: string): string {
  if (path.length <= MAX_PATH_LENGTH && PATH.test(path)) return path;
  throw refused(
    `Page file ${JSON.stringify(path.slice(0, MAX_PATH_LENGTH))} has a path that is not allowed; use letters, digits, "_", "-" and ".", at most ${MAX_PATH_LENGTH} characters`,
  );
}

function decode(path: string, content: unknown): Uint8Array {
  if (typeof content === "string") {
    const bytes = Buffer.from(content, "base64");
    // Node ignores what is not base64; encoding it again shows whether anything was.
    if (bytes.toString("base64") === content) return new Uint8Array(bytes);
  }
  throw refused(`Page file ${path} is not base64; build the component again`);
}

function refused(message: string): ImageRefusal {
  return new ImageRefusal("page-invalid", message);
}
