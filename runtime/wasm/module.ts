/**
 * A core module as the rewriter sees it: what it must understand is decoded, everything else stays a span of
 * the original bytes, to be copied.
 */

export const VALUE_TYPE = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
} as const;

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

export const EXTERNAL = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/** Value types as their binary codes. */
export interface FunctionType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Every import is a function; other kinds are refused. */
export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  /** Index into `types`. */
  readonly type: number;
  readonly at: number;
}

export interface GlobalDefinition extends Span {
  readonly type: number;
  readonly mutable: boolean;
}

export interface ExportEntry {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
  readonly at: number;
}

/** A function's body: local declarations, then operators up to and with the last `end`. */
export interface FunctionBody extends Span {
  /** Where the groups of locals start, behind their count. */
  readonly localsAt: number;
  readonly localGroups: number;
  readonly operatorsAt: number;
  /** Types of the locals behind the parameters, run-length encoded. */
  readonly locals: readonly { readonly count: number; readonly type: number }[];
  /** How many, parameters not counted. */
  readonly localCount: number;
}

/** Pages of 64 KiB. */
export interface MemoryDefinition {
  readonly initial: number;
  readonly maximum: number | null;
}

export interface CoreModule {
  readonly bytes: Uint8Array;
  readonly types: readonly FunctionType[];
  readonly imports: readonly FunctionImport[];
  /** Type of each function, imports first. */
  readonly functionTypes: readonly number[];
  readonly memory: MemoryDefinition | null;
  readonly globals: readonly GlobalDefinition[];
  readonly exports: readonly ExportEntry[];
  readonly start: number | null;
  /** Functions that a table may hold: those in element segments and those taken by `ref.func`. */
  readonly addressTaken: ReadonlySet<number>;
  readonly bodies: readonly FunctionBody[];
  /** Contents of the sections that are copied (table, element, data, data count), and of the name section. */
  readonly copied: ReadonlyMap<number, Span>;
  readonly names: Span | null;
}

/** Canonical text of a function type: equal exactly when the types are structurally equal. */
export function typeKey(type: FunctionType): string {
  return `${type.params.join(",")}>${type.results.join(",")}`;
}
