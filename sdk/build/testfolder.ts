/** For tests: function folders in a temporary place, and those of the repository. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

/** The folder of a sample function. */
export function sampleFolder(name: string): string {
  return fileURLToPath(new URL(`../../../functions/${name}`, import.meta.url));
}

/** A new empty folder, removed when the file's tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rockpool-build-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with these files, path → text. */
export function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A folder with a room function of this source. */
export function roomFolder(source: string): string {
  return folderWith({ "rockpool.json": '{"name":"test"}', "assembly/index.ts": source });
}

/** A folder with a function of this source in C, below a first line that includes the SDK. */
export function cFolder(source: string, kind = "room"): string {
  return folderWith({
    "rockpool.json": JSON.stringify({ name: "test", kind }),
    "c/main.c": `#include "rockpool.h"\n${source}`,
  });
}

/** A copy of a folder, elsewhere. */
export function copyOf(folder: string): string {
  const copy = join(temporaryFolder(), "copy");
  cpSync(folder, copy, { recursive: true });
  return copy;
}
