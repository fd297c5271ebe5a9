/**
 * Files of pages, in memory. A request's path is only ever looked up in a Map that was filled from an archive
 * or from the landing page's folder, so no path can lead out of it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export interface PageFile {
  body: Uint8Array;
  /** For Content-Type. */
  type: string;
  /** Quoted, as in the ETag header. */
  etag: string;
}

export interface Pages {
  /** A file of a function's page; null when the function, its page or the file does not exist. */
  file(functionName: string, path: string): Promise<PageFile | null>;
}

/** Where a function's page is. */
export interface PageSource {
  /** The function's digest, which covers its page. */
  digest: string;
  /** JSON on disk: path → base64; null: the function has no page. */
  pageFile: string | null;
}

/** Pages kept in memory at once; the one used longest ago is forgotten. */
const CACHED_PAGES = 16;

const TYPES = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".map", "application/json; charset=utf-8"],
  [".txt", "text/plain; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".jpg", "image/jpeg"],
  [".jpeg", "image/jpeg"],
  [".gif", "image/gif"],
  [".webp", "image/webp"],
  [".avif", "image/avif"],
  [".ico", "image/x-icon"],
  [".mp3", "audio/mpeg"],
  [".ogg", "audio/ogg"],
  [".wav", "audio/wav"],
  [".m4a", "audio/mp4"],
  [".mp4", "video/mp4"],
  [".webm", "video/webm"],
  [".woff", "font/woff"],
  [".woff2", "font/woff2"],
  [".ttf", "font/ttf"],
  [".wasm", "application/wasm"],
]);

function typeOf(path: string): string {
  return TYPES.get(extname(path).toLowerCase()) ?? "application/octet-stream";
}

/** Pages of deployed functions, read when first asked for. */
export class ArchivePages implements Pages {
  readonly #source: (functionName: string) => PageSource | null;
  /** By digest, in order of use. */
  readonly #cache = new Map<string, Promise<ReadonlyMap<string, PageFile>>>();

  /** @param source where a function's page is now; null: no such function */
  constructor(source: (functionName: string) => PageSource | null) {
    this.#source = source;
  }

  async file(functionName: string, path: string): Promise<PageFile | null> {
    const source = this.#source(functionName);
    if (!source || source.pageFile === null) return null;
    return (await this.#page(source.digest, source.pageFile)).get(path) ?? null;
  }

  #page(digest: string, archive: string): Promise<ReadonlyMap<string, PageFile>> {
    const page = this.#cache.get(digest) ?? readArchive(archive, digest);
    this.#cache.delete(digest);
    this.#cache.set(digest, page);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= CACHED_PAGES) break;
      this.#cache.delete(oldest);
    }
    // A failed read is not remembered: the next request tries again.
    page.catch(() => {
      if (this.#cache.get(digest) === page) this.#cache.delete(digest);
    });
    return page;
  }
}

async function readArchive(file: string, digest: string): Promise<ReadonlyMap<string, PageFile>> {
  const archive = JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  const page = new Map<string, PageFile>();
  for (const [path, base64] of Object.entries(archive)) {
    page.set(path, { body: Buffer.from(base64, "base64"), type: typeOf(path), etag: `"${digest}"` });
  }
  return page;
}

/** Where the landing page's files are, seen from the compiled code. */
export const LANDING_FOLDER = fileURLToPath(new URL("../../front/page/", import.meta.url));

/** Reads a folder of static files, as paths with `/` between their parts. Throws when it cannot be read. */
export function readFolder(folder: string): ReadonlyMap<string, PageFile> {
  const page = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const body = readFileSync(file);
    const path = relative(folder, file).split(sep).join("/");
    page.set(path, {
      body,
      type: typeOf(path),
      etag: `"${createHash("sha256").update(body).digest("hex")}"`,
    });
  }
  return page;
}
