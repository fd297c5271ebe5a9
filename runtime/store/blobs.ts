/**
 * Content-addressed files: a file's name is the SHA-256 of its bytes, so names from outside never become
 * paths. A file appears whole and synced to the disk, or not at all: it is written under a temporary name,
 * synced, renamed, and its folder is synced.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { StoreError, storeError } from "./errors.ts";

const DIGEST = /^sha256:([0-9a-f]{64})$/;
const TEMPORARY = ".tmp";

/** `sha256:` and 64 hex digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export class Blobs {
  readonly #folder: string;

  /** @throws StoreError when the folder cannot be made. */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw storeError(error, folder);
    }
  }

  /** The file of a digest, whether it is there or not. */
  path(digest: string): string {
    const hex = DIGEST.exec(digest)?.[1];
    if (hex === undefined) throw new StoreError("data-damaged", `"${digest}" is not a digest`);
    return join(this.#folder, hex);
  }

  has(digest: string): boolean {
    return existsSync(this.path(digest));
  }

  /** Stores bytes and returns their digest; resolves when they would survive a power cut. Rejects with StoreError. */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = digestOf(bytes);
    if (this.has(digest)) return digest;
    const temporary = join(this.#folder, `${randomUUID()}${TEMPORARY}`);
    try {
      await writeSynced(temporary, bytes);
      await rename(temporary, this.path(digest));
      await syncFolder(this.#folder);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw storeError(error, this.#folder);
    }
    return digest;
  }

  /** Reads bytes back and checks them. Rejects with StoreError `data-damaged` when they are gone or changed. */
  async get(digest: string): Promise<Uint8Array> {
    const path = this.path(digest);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT")
        throw new StoreError("data-damaged", `${path} is missing: deploy the function again`);
      throw storeError(error, this.#folder);
    });
    if (digestOf(bytes) === digest) return bytes;
    throw new StoreError(
      "data-damaged",
      `${path} is not what its name says: remove it and deploy the function again`,
    );
  }

  /** Removes every file but those of `keep`, such as what a deploy left that never ended. */
  sweep(keep: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#folder)) {
      if (!keep.has(`sha256:${file}`)) rmSync(join(this.#folder, file), { force: true });
    }
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Without this a renamed file may be missing after a power cut although its bytes were synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
