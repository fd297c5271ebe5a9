/** Whether a disk has room for a new database. */
import { statfsSync } from "node:fs";
import { StoreError } from "./errors.ts";

/** What a new database takes, in bytes. */
const LEAST_SPACE = 262_144;

/**
 * LMDB maps its lock file into memory: on a full disk writing there ends the process with SIGBUS.
 * @throws StoreError `disk-full`
 */
export function checkSpace(folder: string): void {
  if (!lacksSpace(folder, LEAST_SPACE)) return;
  const message = `the disk of ${folder} has less than ${LEAST_SPACE} bytes left: free some space, then try again`;
  throw new StoreError("disk-full", message);
}

/** Whether the disk has less than so many bytes left. */
export function lacksSpace(folder: string, bytes: number): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < bytes;
}
