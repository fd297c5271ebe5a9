/**
 * The files that a function's component depends on: those that its last build read (the SDK's among them), those
 * in its folder (no earlier build has read a file that is new), and the toolchain itself. Only their contents
 * count, so touching a file or checking out another branch and back builds nothing.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findToolchain } from "./toolchain.ts";

/** Neither sources nor pages: what packages, editors and builds leave behind. */
const IGNORED = /^(node_modules|build|dist|\..*)$/;

/** A digest of everything that a build of `functionFolder` depends on. */
export function fingerprint(functionFolder: string, inputs: readonly string[]): string {
  const hash = createHash("sha256").update(toolchainDigest());
  const own = foldersBelow(functionFolder).flatMap((folder) => filesIn(folder));
  for (const file of [...new Set([...own, ...inputs])].sort()) {
    hash.update(`\0${file}\0`).update(contentDigest(file));
  }
  return hash.digest("hex");
}

/** Folders in which such files are or may appear. */
export function sourceFolders(functionFolder: string, inputs: readonly string[]): Set<string> {
  return new Set([...foldersBelow(functionFolder), ...inputs.map((file) => dirname(file))]);
}

function foldersBelow(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !IGNORED.test(entry.name),
  );
  return [folder, ...below.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !IGNORED.test(entry.name))
    .map(({ name }) => join(folder, name));
}

let knownToolchain: string | null = null;

/** Of the toolchain's own code, so that a new version of it builds everything anew. */
function toolchainDigest(): string {
  if (knownToolchain === null) {
    const url = findToolchain();
    const files =
      url === null ? [] : filesIn(dirname(fileURLToPath(url))).filter((file) => file.endsWith(".js"));
    knownToolchain = sha256(files.sort().map(contentDigest).join());
  }
  return knownToolchain;
}

/** A file that cannot be read has a digest too: its absence is a change. */
function contentDigest(file: string): string {
  try {
    return sha256(readFileSync(file));
  } catch {
    return "absent";
  }
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
