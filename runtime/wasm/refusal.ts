/**
 * Why a core module was not accepted. Deploys show these to developers, so each carries a stable code, the
 * byte offset where the reason stands (as printed by `wasm-tools dump` and by V8), and what to do about it.
 */

export type RefusalCode =
  /** V8 itself does not accept the module. */
  | "invalid-module"
  /** V8 accepts it, but it uses an encoding that this reader does not know. */
  | "malformed-module"
  | "unsupported-type"
  | "unsupported-operator"
  | "exception-handling"
  | "threads"
  | "tail-call"
  | "relaxed-simd"
  | "garbage-collection"
  | "memory64"
  | "multiple-memories"
  | "shared-memory"
  | "memory-size"
  | "table-size"
  | "table-mutation"
  | "segment-instruction"
  | "mutable-global"
  | "import-refused"
  | "export-refused"
  | "reserved-export"
  | "function-size"
  | "too-many-locals"
  | "unchecked-work"
  | "static-stack"
  /** The rewritten module does not validate: a fault of the rewriter, never of its input. */
  | "rewriter-fault";

export class ModuleRefusal extends Error {
  override readonly name = "ModuleRefusal";
  readonly code: RefusalCode;
  /** Byte offset in the core module, or null when the reason stands at no single place. */
  readonly offset: number | null;

  /** `message` says what was found and what to do; the offset is added to it. */
  constructor(code: RefusalCode, message: string, offset: number | null = null) {
    super(offset === null ? message : `${message} (at byte ${offset} of the core module)`);
    this.code = code;
    this.offset = offset;
  }
}
