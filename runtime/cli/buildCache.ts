/** Builds a function folder, or takes the last result when nothing that it depends on has changed. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, sha256 } from "./sources.ts";
import type { Toolchain } from "./toolchain.ts";

interface CacheRecord {
  fingerprint: string;
  inputs: readonly string[];
  /** Base64: a component is small, and one file cannot come apart. */
  component: string;
}

export interface CachedBuild {
  component: Uint8Array;
  /** Whether the last result was taken. */
  isCached: boolean;
}

export class BuildCache {
  readonly #folder: string;

  /** @param folder where results are kept; made when it is not there */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Rejects as the toolchain does. */
  async build(functionFolder: string, toolchain: Toolchain): Promise<CachedBuild> {
    const file = join(this.#folder, `${sha256(functionFolder).slice(0, 32)}.json`);
    const last = readRecord(file);
    if (last && last.fingerprint === fingerprint(functionFolder, last.inputs)) {
      return { component: Buffer.from(last.component, "base64"), isCached: true };
    }
    const { component, inputs } = await toolchain.buildFunction(functionFolder);
    const record: CacheRecord = {
      fingerprint: fingerprint(functionFolder, inputs),
      inputs,
      component: Buffer.from(component).toString("base64"),
    };
    // Renamed into place, so that an interrupted run leaves the old record or the new one.
    writeFileSync(`${file}.new`, JSON.stringify(record));
    renameSync(`${file}.new`, file);
    return { component, isCached: false };
  }
}

function readRecord(file: string): CacheRecord | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as CacheRecord;
  } catch {
    return null;
  }
}
