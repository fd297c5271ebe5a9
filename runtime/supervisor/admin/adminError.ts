/** What the admin API answers when it cannot do as asked: a status for programs, code and message for people. */

import { StoreError } from "../../store/errors.ts";
import { DeployError } from "../deployError.ts";
import { RecordingError } from "../recordings.ts";

export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const STATUS: ReadonlyMap<string, number> = new Map([
  ["component-refused", 422],
  ["name-mismatch", 409],
  ["load-failed", 422],
  ["shards-not-ready", 503],
  ["node-stopping", 503],
  ["no-such-function", 404],
  ["no-former-version", 409],
  ["disk-full", 507],
  ["bad-recording", 400],
  ["no-such-recording", 404],
  ["recordings-full", 507],
  ["still-recording", 409],
]);

/** The answer to whatever a route threw; null for what is nobody's mistake but ours. */
export function adminError(error: unknown): AdminError | null {
  if (error instanceof AdminError) return error;
  if (error instanceof DeployError) {
    return new AdminError(STATUS.get(error.code) ?? 500, error.reason ?? error.code, error.message);
  }
  if (error instanceof StoreError || error instanceof RecordingError)
    return new AdminError(STATUS.get(error.code) ?? 500, error.code, error.message);
  return null;
}
