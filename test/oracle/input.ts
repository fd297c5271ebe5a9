/** What happens to a function, in order: the part of a recording that does not come from its host calls. */
import type { LeaveReason, Pairs } from "@rockpool/runtime/instance/roomGuest.js";

export type RoomInput =
  | { readonly call: "create"; readonly config: Uint8Array }
  | { readonly call: "join"; readonly player: number; readonly claims: Pairs }
  | { readonly call: "message"; readonly player: number; readonly data: Uint8Array }
  | { readonly call: "tick"; readonly dtMs: number }
  | { readonly call: "timer"; readonly id: number }
  | { readonly call: "drop" | "rejoin"; readonly player: number }
  | { readonly call: "leave"; readonly player: number; readonly why: LeaveReason }
  | { readonly call: "fault"; readonly what: string }
  | { readonly call: "save" | "close" }
  | { readonly call: "restore"; readonly state: Uint8Array };

export type Input = RoomInput | { readonly call: "handle"; readonly request: Uint8Array };

/** Inputs of a function, and the seed from which its host answers. */
export interface Recording {
  readonly seed: number;
  readonly inputs: readonly Input[];
}
