/** The secret that calls of the admin API must carry. It stays in the data folder, readable by its owner alone. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { storeError } from "../../store/errors.ts";

const TOKEN = /^[\w-]{43}$/;

/**
 * Reads the token of a data folder, making one (256 random bits, base64url) where there is none.
 * @throws StoreError
 */
export function loadToken(file: string): string {
  try {
    const kept = readIfThere(file);
    if (kept !== null && TOKEN.test(kept)) {
      // It may have been copied or restored with the mode of the day.
      chmodSync(file, 0o600);
      return kept;
    }
    const token = randomBytes(32).toString("base64url");
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
    return token;
  } catch (error) {
    throw storeError(error, file);
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Whether an `Authorization` header carries the token; takes the same time wherever they differ. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  return timingSafeEqual(hash(given), hash(token));
}

/** Equal lengths are what timingSafeEqual needs. */
function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
