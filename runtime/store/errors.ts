/** What can be wrong with the data folder, each with what to do about it. */

export type StoreErrorCode =
  /** Another node holds the folder. */
  | "data-locked"
  /** The folder or a file in it cannot be made or written. */
  | "data-not-writable"
  /** No space, or no quota, is left. */
  | "disk-full"
  /** A file is missing or is not what its digest says. */
  | "data-damaged"
  /** Anything else that the file system or the database answered. */
  | "data-failed";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** EEXIST: the folder's name is a file's. ENOENT: what Node.js makes of EROFS when it makes folders recursively. */
const NOT_WRITABLE = new Set([
  ...["EACCES", "EPERM", "EROFS", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG"],
  ...["EEXIST", "ENOENT"],
]);
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The typed error for what a file system call or LMDB threw while working in `folder`. */
export function storeError(error: unknown, folder: string): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // LMDB reports the errno as a number or only in the text of strerror(3).
  if (FULL.has(String(code)) || /no space left|quota exceeded|MDB_MAP_FULL/i.test(message)) {
    return new StoreError(
      "disk-full",
      `the disk of ${folder} is full: free some space, then try again`,
      error,
    );
  }
  if (NOT_WRITABLE.has(String(code)) || /permission denied|read-only file system/i.test(message)) {
    const advice = "make it writable for this user, or choose another with --data";
    return new StoreError(
      "data-not-writable",
      `the data folder ${folder} cannot be written (${message}): ${advice}`,
      error,
    );
  }
  return new StoreError("data-failed", `the data folder ${folder} failed: ${message}`, error);
}
