/**
 * Entry of the worker threads that build images: parsing, rewriting and validating a large component takes
 * most of a second and must not stall a supervisor. Refusals travel as values, because an error that crosses
 * threads loses its class and its fields.
 */
import type { FunctionLimits } from "@rockpool/protocol";
import type { BuiltImage } from "./image.ts";
import { buildImage } from "./pipeline.ts";
import { ImageRefusal, type ImageRefusalCode } from "./refusal.ts";

export interface BuildRequest {
  readonly component: Uint8Array;
  readonly nodeMaxima: FunctionLimits;
}

export type BuildOutcome =
  | { readonly built: true; readonly image: BuiltImage }
  | {
      readonly built: false;
      readonly code: ImageRefusalCode;
      readonly message: string;
      readonly offset: number | null;
    };

export default function build(request: BuildRequest): BuildOutcome {
  try {
    return { built: true, image: buildImage(request.component, request.nodeMaxima) };
  } catch (error) {
    if (!(error instanceof ImageRefusal)) throw error;
    return { built: false, code: error.code, message: error.message, offset: error.offset };
  }
}
