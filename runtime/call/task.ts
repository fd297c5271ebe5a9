/** What goes to a worker thread for one call, and what comes back. */
import type { ImageInfo } from "../image/image.ts";
import type { CallOutcome } from "./calls.ts";

export interface CallTask {
  imageFile: string;
  info: ImageInfo;
  request: Uint8Array;
}

export interface CallAnswer {
  outcome: CallOutcome;
  fuel: number;
  /** Level (0 debug … 3 error) and text. */
  log: [number, string][];
}
