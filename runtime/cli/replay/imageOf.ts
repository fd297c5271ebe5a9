/** The image that a recording was made with: built of the very component, under the limits of then, by this pipeline. */
import { readFileSync } from "node:fs";
import { PIPELINE_VERSION } from "../../image/image.ts";
import { buildImage } from "../../image/pipeline.ts";
import { LoadedImage } from "../../instance/loadedImage.ts";
import type { Recording } from "../../recording/recording.ts";
import { digestOf } from "../../store/blobs.ts";
import { AdminClient } from "../adminClient.ts";
import { shortDigest } from "../deploy.ts";
import { CommandFailure } from "../failure.ts";
import { findNode, type NodeOptions } from "../nodeAddress.ts";

export interface ComponentOptions extends NodeOptions {
  /** `--component` */
  component?: string;
}

/** Rejects with CommandFailure when the component is not to be had or is another, and with ImageRefusal. */
export async function imageOf(recording: Recording, options: ComponentOptions): Promise<LoadedImage> {
  const { digest, pipeline, limits } = recording.header;
  if (pipeline !== PIPELINE_VERSION) {
    throw new CommandFailure(
      "other-pipeline",
      `the recording was made with pipeline ${pipeline}, and this rockpool has pipeline ${PIPELINE_VERSION}, whose images use other fuel`,
      "replay it with the release of rockpool that recorded it",
    );
  }
  const { bytes, from } = await componentOf(recording, options);
  const found = digestOf(bytes);
  if (found !== digest) {
    throw new CommandFailure(
      "other-component",
      `${from} is version ${shortDigest(found)}, and the recording is of version ${shortDigest(digest)}`,
      "name the component that was deployed then with --component",
    );
  }
  const { info, wasm } = buildImage(bytes, limits);
  return LoadedImage.of(info, wasm, "on-demand");
}

async function componentOf(
  { component, header }: Recording,
  options: ComponentOptions,
): Promise<{ bytes: Uint8Array; from: string }> {
  if (options.component !== undefined) {
    return { bytes: readFileSync(options.component), from: options.component };
  }
  if (component !== null) return { bytes: component, from: "the component inside the recording" };
  const client = new AdminClient(findNode(options));
  try {
    return { bytes: await client.component(header.digest), from: "the node's component" };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    throw new CommandFailure(
      "no-component",
      `the recording does not hold its component ${shortDigest(header.digest)}, and no node gives it (${error.message})`,
      'name it with --component, or fetch the recording with "rockpool record --fetch", which puts it in',
      { cause: error },
    );
  }
}
