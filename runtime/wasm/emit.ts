/** Writes the rewritten module: changed sections anew, the others as they were. */
import type { Counters } from "./bodyRewriter.ts";
import { Code } from "./code.ts";
import { storedGlobal } from "./floatGlobals.ts";
import { type AppendedEntry, type AppendedFunction, appendEntries } from "./hostEntries.ts";
import { type CoreModule, EXTERNAL, type FunctionType, SECTION, type Span, VALUE_TYPE } from "./module.ts";
import type { OutputExport, OutputImport, OutputMemory, RewritePlan } from "./plan.ts";
import { Sink } from "./sink.ts";
import type { TypePool } from "./typePool.ts";

export interface OutputParts {
  readonly bodies: readonly Uint8Array[];
  /** Type of each body. */
  readonly functionTypes: readonly number[];
  readonly imports: readonly OutputImport[];
  readonly exports: readonly OutputExport[];
  readonly memory: OutputMemory | null;
  readonly types: TypePool;
  readonly counters: Counters;
  readonly plan: RewritePlan;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_FORM = 0x60;
const MUTABLE = 1;
const HAS_MAXIMUM = 1;
const NO_PARAMETERS: FunctionType = { params: [], results: [] };

export function emitModule(module: CoreModule, parts: OutputParts): Uint8Array {
  const initialize = new Initialize(module, parts);
  const entries = appendEntries(parts.plan, parts.exports, parts.counters, parts.types);
  // The module's own functions keep their indices; what is appended follows in this order.
  const appended = initialize.added ? [initialize.added, ...entries] : entries;
  const copied = (id: number, out: Sink) => {
    const span = module.copied.get(id);
    if (span) out.u8(id).sized(module.bytes.subarray(span.start, span.end));
  };
  const out = new Sink(module.bytes.length + (module.bytes.length >> 2)).u8(...HEADER);
  out.section(SECTION.type, typeSection(module, parts.types));
  out.section(SECTION.import, importSection(module, parts.imports));
  out.section(SECTION.function, functionSection(parts, appended));
  copied(SECTION.table, out);
  if (parts.memory) {
    out.section(
      SECTION.memory,
      new Sink().u8(1, HAS_MAXIMUM).u32(parts.memory.initial).u32(parts.memory.maximum),
    );
  }
  out.section(SECTION.global, globalSection(module, parts.plan));
  out.section(SECTION.export, exportSection(module, parts, initialize, entries));
  copied(SECTION.element, out);
  copied(SECTION.dataCount, out);
  out.section(SECTION.code, codeSection(parts.bodies, appended));
  copied(SECTION.data, out);
  if (module.names) out.section(SECTION.custom, nameSection(module.bytes, module.names));
  return out.view;
}

/**
 * What the host runs first: the start function, the module's own initialize, or a function that is appended
 * and calls both. A start section would run during instantiation, where nothing sets the counters.
 */
class Initialize {
  /** Type and body of the appended function; null when one function does. */
  readonly added: AppendedFunction | null = null;
  /** The function to export; null when there is nothing to run. */
  readonly index: number | null;

  constructor(module: CoreModule, parts: OutputParts) {
    const own = parts.exports.find((kept) => kept.name === parts.plan.names.initialize)?.index ?? null;
    const { start } = module;
    if (own === null || start === null) {
      this.index = own ?? start;
      return;
    }
    this.index = module.functionTypes.length;
    const body = new Code().u32(0).call(start).call(own).end();
    this.added = { type: parts.types.index(NO_PARAMETERS), body: body.view };
  }
}

function typeSection(module: CoreModule, pool: TypePool): Sink {
  const section = new Sink().u32(module.types.length + pool.added.length);
  for (const { params, results } of [...module.types, ...pool.added]) {
    section.u8(FUNCTION_FORM).u32(params.length).append(Uint8Array.from(params));
    section.u32(results.length).append(Uint8Array.from(results));
  }
  return section;
}

function importSection(module: CoreModule, imports: readonly OutputImport[]): Sink {
  const section = new Sink().u32(imports.length);
  for (const [n, renamed] of imports.entries()) {
    section.name(renamed.module).name(renamed.name).u8(EXTERNAL.function).u32(module.imports[n]!.type);
  }
  return section;
}

function functionSection(parts: OutputParts, appended: readonly AppendedFunction[]): Sink {
  const types = [...parts.functionTypes, ...appended.map(({ type }) => type)];
  const section = new Sink().u32(types.length);
  for (const type of types) section.u32(type);
  return section;
}

function globalSection(module: CoreModule, plan: RewritePlan): Sink {
  const section = new Sink().u32(module.globals.length + 2);
  for (const global of module.globals) section.append(storedGlobal(module, global));
  section.u8(VALUE_TYPE.i64, MUTABLE).append(new Code().i64Const(plan.startFuel).end().view);
  section.u8(VALUE_TYPE.i32, MUTABLE).append(new Code().i32Const(plan.startDepth).end().view);
  return section;
}

function exportSection(
  module: CoreModule,
  parts: OutputParts,
  initialize: Initialize,
  appended: readonly AppendedEntry[],
): Sink {
  const { names } = parts.plan;
  const entries: { name: string; kind: number; index: number }[] = [];
  for (const kept of parts.exports) if (kept.name !== names.initialize) entries.push(kept);
  if (initialize.index !== null) {
    entries.push({ name: names.initialize, kind: EXTERNAL.function, index: initialize.index });
  }
  const firstAppended = module.functionTypes.length + (initialize.added ? 1 : 0);
  for (const [n, { exportAs }] of appended.entries()) {
    entries.push({ name: exportAs, kind: EXTERNAL.function, index: firstAppended + n });
  }
  entries.push({ name: names.fuel, kind: EXTERNAL.global, index: parts.counters.fuel });
  entries.push({ name: names.depth, kind: EXTERNAL.global, index: parts.counters.depth });
  let mutable = 0;
  for (const [index, global] of module.globals.entries()) {
    if (global.mutable) entries.push({ name: names.global(mutable++), kind: EXTERNAL.global, index });
  }
  const section = new Sink().u32(entries.length);
  for (const entry of entries) section.name(entry.name).u8(entry.kind).u32(entry.index);
  return section;
}

function codeSection(bodies: readonly Uint8Array[], appended: readonly AppendedFunction[]): Sink {
  const section = new Sink(1024).u32(bodies.length + appended.length);
  for (const body of bodies) section.sized(body);
  for (const { body } of appended) section.sized(body);
  return section;
}

/** Kept for the function names in traps; nothing in it is renumbered. */
function nameSection(bytes: Uint8Array, names: Span): Sink {
  return new Sink().name("name").append(bytes.subarray(names.start, names.end));
}
