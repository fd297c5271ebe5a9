/** The dashboard's files, read once at the start: a request never becomes a path. */
import { readFileSync } from "node:fs";
import type { Reply } from "./reply.ts";

/** Seen from dist/supervisor/admin. */
const FOLDER = new URL("../../../dashboard/page/", import.meta.url);

const FILES: readonly [path: string, file: string, type: string][] = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/dashboard.css", "dashboard.css", "text/css; charset=utf-8"],
  ["/dashboard.js", "dashboard.js", "text/javascript; charset=utf-8"],
];

export function loadPages(): ReadonlyMap<string, Reply> {
  return new Map(
    FILES.map(([path, file, type]) => [
      path,
      { status: 200, type, body: readFileSync(new URL(file, FOLDER)) },
    ]),
  );
}
