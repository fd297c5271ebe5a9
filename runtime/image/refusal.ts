/** Why a component was not accepted: shown to whoever deploys it, so it says what to do. */
import type { RefusalCode } from "../wasm/refusal.ts";

export type ImageRefusalCode =
  | "empty-upload"
  | "too-large"
  /** Neither a component nor a core module. */
  | "not-wasm"
  /** A core module where a component is expected. */
  | "core-module"
  | "malformed-component"
  /** It targets another world, or another version of ours. */
  | "other-world"
  | "missing-export"
  | "wrong-signature"
  | "manifest-missing"
  | "manifest-invalid"
  /** The manifest's kind and the component's world differ. */
  | "kind-mismatch"
  | "page-invalid"
  /** The core module in it was refused. */
  | RefusalCode;

export class ImageRefusal extends Error {
  override readonly name = "ImageRefusal";
  readonly code: ImageRefusalCode;
  /** Byte offset in the component, or null when the reason stands at no single place. */
  readonly offset: number | null;

  constructor(code: ImageRefusalCode, message: string, offset: number | null = null) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}
