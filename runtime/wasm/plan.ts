/** What the caller of the rewriter decides, and what it gets. */
import type { FunctionType } from "./module.ts";

export interface ImportRequest {
  readonly module: string;
  readonly name: string;
  readonly type: FunctionType;
  /** Byte offset in the core module. */
  readonly at: number;
}

export interface ExportOffer {
  readonly name: string;
  /** See EXTERNAL. */
  readonly kind: number;
  /** Of a function; null for other kinds. */
  readonly type: FunctionType | null;
}

/** Names under which the rewritten module exports what the host needs. */
export interface ReservedNames {
  /** Mutable i64: fuel left; below 0 it ran out. */
  readonly fuel: string;
  /** Mutable i32: stack slots left for recursion; see DEPTH_BUDGET. */
  readonly depth: string;
  /** The module's start function and the export that `renameExport` gives this name, in this order. */
  readonly initialize: string;
  /** The n-th own mutable global; a float is an integer of the same bits. */
  global(n: number): string;
}

/** A function that is appended for the host, around one that the module exports (see hostEntries.ts). */
export interface HostEntry {
  /** The export that it calls, under its new name; where the module has none, there is no entry either. */
  readonly of: string;
  /** Its own export name, which is reserved. */
  readonly name: string;
  /** Whether it takes the fuel first, as an f64 parameter, and sets both counters. */
  readonly opens: boolean;
  /** Whether it answers the fuel that is left, as an f64; only for functions without a result. */
  readonly closes: boolean;
}

export interface RewritePlan {
  /** Pages of 64 KiB that the memory may grow to; the module's own maximum holds when it is lower. */
  readonly memoryMaximum: number;
  /** Initial values of the counters, in force until the host sets them; entries that open set this depth again. */
  readonly startFuel: bigint;
  readonly startDepth: number;
  readonly names: ReservedNames;
  /** Functions to append for the host. */
  readonly entries: readonly HostEntry[];
  /** The new name of an import; null refuses it. */
  renameImport(request: ImportRequest): { module: string; name: string } | null;
  /** The new name of an export; null drops it. */
  renameExport(offer: ExportOffer): string | null;
}

export interface OutputImport {
  readonly module: string;
  readonly name: string;
  readonly type: FunctionType;
}

export interface OutputExport {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
  /** Of a function; null for other kinds. */
  readonly type: FunctionType | null;
}

/** Pages of 64 KiB. */
export interface OutputMemory {
  readonly initial: number;
  readonly maximum: number;
}

export interface RewriteResult {
  readonly bytes: Uint8Array;
  /** Own mutable globals, exported as `names.global(0)` and up. */
  readonly globals: number;
  /** Null when the module has no memory. */
  readonly memory: OutputMemory | null;
  readonly imports: readonly OutputImport[];
  /** Those that were kept, under their new names. */
  readonly exports: readonly OutputExport[];
}
