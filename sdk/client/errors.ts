/** Everything the client throws, rejects with or reports is a ClientError with a stable code. */

export type ClientErrorCode =
  /** An option cannot be right; thrown at once by the call that took it. */
  | "invalid-option"
  /** The connection has ended for good; `closeCode` says why. */
  | "closed"
  /** A ping was asked for, or was in flight, while there was no connection. */
  | "not-connected"
  /** The node sent something that protocol rockpool.v1 does not allow. */
  | "bad-frame"
  /** The node sent the client somewhere it will not go; see routing.ts. */
  | "moved-refused"
  /** The node refused, and said so in an ERROR frame; `closeCode` is its code. */
  | "refused"
  /** A number was to be written to a field that cannot hold it. */
  | "out-of-range"
  /** An HTTP request was answered with something else than success; `status` says what. */
  | "http";

export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** The WebSocket close code, where one is known. */
  readonly closeCode: number | undefined;
  /** The HTTP status, for code `http`. */
  readonly status: number | undefined;

  constructor(code: ClientErrorCode, message: string, detail: { closeCode?: number; status?: number } = {}) {
    super(message);
    this.name = "ClientError";
    this.code = code;
    this.closeCode = detail.closeCode;
    this.status = detail.status;
  }
}
