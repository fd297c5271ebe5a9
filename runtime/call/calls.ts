/** What the front may ask of call functions: they run in worker threads, never on the shard's loop. */

export type CallOutcome =
  /** The function's answer. */
  | { status: "ok"; body: Uint8Array }
  /** The function refused the request (`err` in its result). */
  | { status: "refused"; message: string }
  | { status: "not-found"; message: string }
  /** It trapped or ran out of fuel, or its thread died. */
  | { status: "failed"; message: string }
  /** It ran for longer than its limit `callSeconds`. */
  | { status: "over-time"; message: string }
  /** Too many calls are waiting, or this one waited for too long. */
  | { status: "busy"; message: string };

export interface Calls {
  call(functionName: string, request: Uint8Array): Promise<CallOutcome>;
}
