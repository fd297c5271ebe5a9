/** Assembles core modules for tests from operators written with Code. */
import type { Code } from "./code.ts";
import { EXTERNAL, type FunctionType, SECTION, VALUE_TYPE } from "./module.ts";
import type { RewritePlan } from "./plan.ts";
import { Sink } from "./sink.ts";
import { TypePool } from "./typePool.ts";

export const I32 = VALUE_TYPE.i32;
export const I64 = VALUE_TYPE.i64;
export const F64 = VALUE_TYPE.f64;

export interface TestFunction {
  readonly type: FunctionType;
  /** Types of the locals behind the parameters. */
  readonly locals?: readonly number[];
  /** Operators, without the last `end`. */
  readonly code: Code;
  readonly exportAs?: string;
}

export interface TestModule {
  readonly imports?: readonly { module: string; name: string; type: FunctionType }[];
  readonly functions?: readonly TestFunction[];
  /** Functions in table 0. */
  readonly table?: readonly number[];
  /** Exported as `memory`, or as `memoryName`. */
  readonly memory?: { initial: number; maximum?: number };
  readonly memoryName?: string;
  readonly globals?: readonly { type: number; mutable: boolean; value: Code }[];
  readonly start?: number;
  /** Types to have beside those that are used; the first ones. */
  readonly types?: readonly FunctionType[];
  /** Export names of globals, by index. */
  readonly globalExports?: readonly [name: string, index: number][];
}

export function assemble(spec: TestModule): Uint8Array {
  const pool = new TypePool([]);
  for (const type of spec.types ?? []) pool.index(type);
  const imports = spec.imports ?? [];
  const functions = spec.functions ?? [];
  const importTypes = imports.map(({ type }) => pool.index(type));
  const types = functions.map(({ type }) => pool.index(type));
  const out = new Sink().u8(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const list = (id: number, items: readonly unknown[], write: (sink: Sink, n: number) => void) => {
    if (items.length === 0) return;
    const section = new Sink().u32(items.length);
    for (const n of items.keys()) write(section, n);
    out.section(id, section);
  };
  const valueTypes = (sink: Sink, codes: readonly number[]) =>
    sink.u32(codes.length).append(Uint8Array.from(codes));

  list(SECTION.type, pool.added, (sink, n) => {
    const { params, results } = pool.added[n]!;
    valueTypes(valueTypes(sink.u8(0x60), params), results);
  });
  list(SECTION.import, imports, (sink, n) => {
    sink.name(imports[n]!.module).name(imports[n]!.name).u8(EXTERNAL.function).u32(importTypes[n]!);
  });
  list(SECTION.function, functions, (sink, n) => sink.u32(types[n]!));
  if (spec.table) out.section(SECTION.table, new Sink().u8(1, VALUE_TYPE.funcref, 0).u32(spec.table.length));
  if (spec.memory) {
    const { initial, maximum } = spec.memory;
    const section = new Sink().u8(1, maximum === undefined ? 0 : 1).u32(initial);
    out.section(SECTION.memory, maximum === undefined ? section : section.u32(maximum));
  }
  const globals = spec.globals ?? [];
  list(SECTION.global, globals, (sink, n) => {
    sink
      .u8(globals[n]!.type, globals[n]!.mutable ? 1 : 0)
      .append(globals[n]!.value.view)
      .u8(0x0b);
  });
  const exports: [string, number, number][] = [];
  if (spec.memory) exports.push([spec.memoryName ?? "memory", EXTERNAL.memory, 0]);
  for (const [n, { exportAs }] of functions.entries()) {
    if (exportAs !== undefined) exports.push([exportAs, EXTERNAL.function, imports.length + n]);
  }
  for (const [name, index] of spec.globalExports ?? []) exports.push([name, EXTERNAL.global, index]);
  list(SECTION.export, exports, (sink, n) => {
    const [name, kind, index] = exports[n]!;
    sink.name(name).u8(kind).u32(index);
  });
  if (spec.start !== undefined) out.section(SECTION.start, new Sink().u32(spec.start));
  if (spec.table) {
    const section = new Sink().u8(1, 0, 0x41, 0, 0x0b).u32(spec.table.length);
    for (const index of spec.table) section.u32(index);
    out.section(SECTION.element, section);
  }
  list(SECTION.code, functions, (sink, n) => {
    const { locals = [], code } = functions[n]!;
    const body = new Sink().u32(locals.length);
    for (const type of locals) body.u8(1, type);
    sink.sized(body.append(code.view).u8(0x0b).view);
  });
  return out.view.slice();
}

export function signature(params: readonly number[], results: readonly number[] = []): FunctionType {
  return { params, results };
}

/** A plan that keeps every name, so that a test sees the module as it was. */
export function keepAll(changes: Partial<RewritePlan> = {}): RewritePlan {
  return {
    memoryMaximum: 16,
    startFuel: 1_000_000n,
    startDepth: 10_000,
    names: { fuel: "fuel", depth: "depth", initialize: "initialize", global: (n) => `global${n}` },
    entries: [],
    renameImport: ({ module, name }) => ({ module, name }),
    renameExport: ({ name }) => name,
    ...changes,
  };
}

/** A rewritten module's instance, with its counters at hand. */
export class Metered {
  readonly exports: Record<string, unknown>;

  constructor(bytes: Uint8Array, imports: Record<string, Record<string, unknown>> = {}) {
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  }

  get fuel(): bigint {
    return (this.exports.fuel as WebAssembly.Global<bigint>).value;
  }

  get depth(): number {
    return (this.exports.depth as WebAssembly.Global<number>).value;
  }

  /** Sets the counters and calls an export. */
  call(name: string, args: readonly unknown[], fuel: bigint, depth = 100_000): unknown {
    (this.exports.fuel as WebAssembly.Global<bigint>).value = fuel;
    (this.exports.depth as WebAssembly.Global<number>).value = depth;
    return (this.exports[name] as (...args: readonly unknown[]) => unknown)(...args);
  }
}
