/** What the front may ask of call functions: they run in worker threads, never on the shard's loop. */

export type CallOutcome =
  /** The function's answer. */
  | { status: "ok"; body: Uint8Array }
  /** The function refused the request (`err` in its result). */
  | { status: "refused"; message: string }
  | { status: "not-found"; message: string }
  /** It trapped or ran out of fuel. */
  | { status: "failed"; message: string }
  /** Too many calls are waiting. */
  | { status: "busy"; message: string };

export interface Calls {
  call(functionName: string, request: Uint8Array): Promise<CallOutcome>;
}
