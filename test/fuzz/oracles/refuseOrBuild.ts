/** An upload becomes an image or is refused with a reason. There is no third. */
import type { FunctionLimits } from "@rockpool/protocol";
import type { BuiltImage } from "@rockpool/runtime/image/image.js";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { ImageRefusal } from "@rockpool/runtime/image/refusal.js";
import { Violation } from "../violation.ts";

/** Small, so that what runs away is soon caught. */
export const FUZZ_MAXIMA: FunctionLimits = { ...DEFAULT_NODE_MAXIMA, fuel: 300_000, memoryPages: 32 };

/** Null when it was refused. `build` is what is under test. */
export function refuseOrBuild(upload: Uint8Array, build = buildImage): BuiltImage | null {
  let image: BuiltImage;
  try {
    image = build(upload, FUZZ_MAXIMA);
  } catch (error) {
    checkRefusal(error, upload.length);
    return null;
  }
  const { fuel, memoryPages } = image.info.manifest.limits;
  if (
    fuel > FUZZ_MAXIMA.fuel ||
    memoryPages > FUZZ_MAXIMA.memoryPages ||
    image.info.memory.maximum > memoryPages
  ) {
    throw new Violation("an image got more than its node grants");
  }
  return image;
}

function checkRefusal(error: unknown, length: number): void {
  if (!(error instanceof ImageRefusal))
    throw new Violation(`the pipeline threw ${String((error as Error)?.stack)}`);
  if (error.code === "rewriter-fault") throw new Violation(error.message);
  const { offset } = error;
  if (offset !== null && !(offset >= 0 && offset <= length)) {
    throw new Violation(`refused at byte ${offset} of ${length}: ${error.message}`);
  }
}
