/** What a shard and one of its call threads say to each other, over a message port. */
import type { ImageInfo } from "../image/image.ts";

export interface CallMessage {
  /** Counts the calls of a thread; 32 bits, and wraps. */
  readonly number: number;
  readonly digest: string;
  readonly request: Uint8Array;
  /** With the first call of a digest; the thread keeps it. */
  readonly image?: { readonly imageFile: string; readonly info: ImageInfo };
  /** A digest that the thread need not keep any longer. */
  readonly forget?: string;
}

export type CallResult =
  | { readonly status: "ok"; readonly body: Uint8Array }
  | { readonly status: "refused"; readonly message: string }
  | { readonly status: "failed"; readonly message: string };

/** Answers come in the order of their calls. */
export interface AnswerMessage {
  readonly result: CallResult;
  readonly fuel: number;
  /** Milliseconds in the guest, and in loading its image where that was to be done. */
  readonly tookMs: number;
  /** Level (0 debug … 3 error) and text; absent when the call logged nothing. */
  readonly log?: [number, string][];
}

/** Sent once, when the thread takes calls. */
export const READY = "ready";

/** What a thread is started with. */
export interface ThreadData {
  readonly port: import("node:worker_threads").MessagePort;
  readonly gate: SharedArrayBuffer;
}
