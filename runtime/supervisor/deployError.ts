/**
 * Why a deploy or a rollback did not happen: `component-refused` (`reason` is the builder's code), `name-mismatch`,
 * `load-failed`, `shards-not-ready`, `no-such-function`, `no-former-version` or `node-stopping`.
 */
export class DeployError extends Error {
  override readonly name = "DeployError";
  readonly code: string;
  readonly reason: string | null;

  constructor(code: string, message: string, reason: string | null = null) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}
