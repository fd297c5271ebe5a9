/** How a callback ended. Every caller has to look: a refusal or a fault means that no effect takes place. */

export type FaultCode =
  /** The guest executed `unreachable`, divided by zero, left its memory… */
  | "trap"
  /** Its fuel budget was spent. */
  | "out-of-fuel"
  /** Its calls nested too deep. */
  | "too-deep"
  /** It asked the host for more than a limit allows. */
  | "limit"
  /** Its messages took far more time than the room's share of the shard. */
  | "over-time"
  /** It broke the canonical ABI: a pointer outside its memory, text that is not UTF-8, a host call where none is allowed. */
  | "abi"
  /** It called `exit` of WASI: its room ends at once, whatever the manifest's `faults` allows. */
  | "exit"
  /** The host itself failed; a bug of ours, contained to this room. */
  | "internal";

export interface Fault {
  readonly status: "fault";
  readonly code: FaultCode;
  readonly callback: string;
  readonly message: string;
}

export interface Refused {
  readonly status: "refused";
  /** The guest's words: untrusted text. */
  readonly reason: string;
}

export interface Done {
  readonly status: "done";
}

export const DONE: Done = { status: "done" };

export type Outcome = Done | Refused | Fault;

/** An outcome of `save` and `handle`, which answer bytes. */
export type BytesOutcome = { readonly status: "bytes"; readonly bytes: Uint8Array } | Refused | Fault;
