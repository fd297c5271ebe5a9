/**
 * An image: what the pipeline makes of a component. Content-addressed by the component's digest and the
 * pipeline's version, because the same component metered by another pipeline uses other fuel.
 */
import type { Manifest } from "@rockpool/protocol";

/** Raised whenever rewriting changes what an image does or charges; images of other versions are rebuilt. */
export const PIPELINE_VERSION = 3;

export interface ImageInfo {
  /** `sha256:` and 64 hex digits, of the component's bytes. */
  digest: string;
  pipeline: number;
  /** Limits in it are already capped by the node's maxima. */
  manifest: Manifest;
  /** How many own mutable globals the module exports (see `globalExport`). */
  globals: number;
  /** Pages of 64 KiB. */
  memory: { initial: number; maximum: number };
  componentBytes: number;
  imageBytes: number;
}

/** What the pipeline returns: the rewritten core module, and the page that came with the component. */
export interface BuiltImage {
  info: ImageInfo;
  wasm: Uint8Array;
  /** Path (`index.html`) → file, checked: relative, no `..`; null when the component carries no page. */
  page: Map<string, Uint8Array> | null;
}

/** One version of a function, as a shard needs it. */
export interface VersionRecord {
  info: ImageInfo;
  /** The rewritten core module on disk. */
  imageFile: string;
  /** The page's archive on disk (JSON: path → base64), or null. */
  pageFile: string | null;
  /** Unix milliseconds. */
  deployedAt: number;
}

/** A deployed function: the version that new rooms are of, and those before it that rooms may still be of. */
export interface FunctionRecord extends VersionRecord {
  /** Newest first. */
  former: readonly VersionRecord[];
  /** Digests of the former versions whose rooms go on in this one, if its code takes them over. */
  follows: readonly string[];
}
