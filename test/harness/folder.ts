/** Temporary folders, all under one prefix. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "rockpool-e2e-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
