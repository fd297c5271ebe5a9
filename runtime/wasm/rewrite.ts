/**
 * Turns a core module from a stranger into one that can only spend what it is given: fuel and call depth are
 * counted in two globals that are appended behind its own, its memory gets a maximum, and all of its state
 * (memory and mutable globals) is exported so that the host can reset, copy and restore it. NaNs from arithmetic
 * are made canonical where their bits could be seen, so that the state does not depend on V8's compilers.
 *
 * V8 validates the module *before* anything is appended: an access to a global that does not exist would
 * otherwise come to mean ours.
 */
import { type RewriteContext, rewriteBody } from "./bodyRewriter.ts";
import { computeCosts, type ModuleCosts } from "./costs.ts";
import { emitModule } from "./emit.ts";
import { MODULE_LIMITS } from "./limits.ts";
import { type CoreModule, EXTERNAL, type MemoryDefinition, VALUE_TYPE } from "./module.ts";
import { readModule } from "./moduleReader.ts";
import type { OutputExport, OutputImport, OutputMemory, RewritePlan, RewriteResult } from "./plan.ts";
import { ModuleRefusal } from "./refusal.ts";
import { TypePool } from "./typePool.ts";

/**
 * Rewrites a core module; throws ModuleRefusal when it is not acceptable.
 *
 * The host sets both counters before each call, through the globals or an entry that opens; it charges the bytes
 * it is handed by subtracting from the fuel global during a host call, and must look at the fuel after each
 * call: below 0, what it charged last was too much.
 */
export function rewriteModule(bytes: Uint8Array, plan: RewritePlan): RewriteResult {
  if (!WebAssembly.validate(bytes)) {
    throw new ModuleRefusal("invalid-module", validationMessage(bytes));
  }
  const module = readModule(bytes);
  const imports = renameImports(module, plan);
  const exports = renameExports(module, plan);
  const memory = limitMemory(module.memory, plan.memoryMaximum);
  const costs = computeCosts(module, hostEntries(module, exports));
  checkCosts(module, costs);

  const types = new TypePool(module.types);
  const counters = { fuel: module.globals.length, depth: module.globals.length + 1 };
  const context: RewriteContext = { module, costs, counters, types };
  const bodies = module.bodies.map((_, n) => rewriteBody(context, n));
  const functionTypes = typesWithDepth(module, costs, types);
  const output = emitModule(module, {
    bodies,
    functionTypes,
    imports,
    exports,
    memory,
    types,
    counters,
    plan,
  });
  if (!WebAssembly.validate(output)) {
    throw new ModuleRefusal(
      "rewriter-fault",
      `The rewritten module is not valid: ${validationMessage(output)}. This is a fault of Rockpool; please report it with the component`,
    );
  }
  return {
    bytes: output,
    globals: module.globals.filter((global) => global.mutable).length,
    memory,
    imports,
    exports,
  };
}

/** Type of each body; those that take the depth as a parameter have one more. */
function typesWithDepth(module: CoreModule, costs: ModuleCosts, types: TypePool): number[] {
  return costs.functions.map(({ depthIn }, n) => {
    const index = module.functionTypes[module.imports.length + n]!;
    if (depthIn !== "parameter") return index;
    const { params, results } = module.types[index]!;
    return types.index({ params: [...params, VALUE_TYPE.i32], results });
  });
}

/** V8 tells the reason only by throwing it. */
function validationMessage(bytes: Uint8Array): string {
  try {
    new WebAssembly.Module(bytes);
    return "V8 accepts it";
  } catch (error) {
    return `The core module is not valid WebAssembly: ${(error as Error).message.replace(/^WebAssembly\.Module\(\): /, "")}`;
  }
}

function renameImports(module: CoreModule, plan: RewritePlan): OutputImport[] {
  return module.imports.map((request) => {
    const type = module.types[request.type]!;
    const renamed = plan.renameImport({ ...request, type });
    if (renamed) return { ...renamed, type };
    throw new ModuleRefusal(
      "import-refused",
      `Import "${request.module}" "${request.name}" is not offered to functions; remove what needs it`,
      request.at,
    );
  });
}

function renameExports(module: CoreModule, plan: RewritePlan): OutputExport[] {
  const { names } = plan;
  const reserved = new Set([
    names.fuel,
    names.depth,
    ...plan.entries.map((entry) => entry.name),
    ...module.globals.map((_, n) => names.global(n)),
  ]);
  const taken = new Set(reserved);
  const kept: OutputExport[] = [];
  for (const entry of module.exports) {
    if (reserved.has(entry.name)) {
      throw new ModuleRefusal(
        "reserved-export",
        `Export "${entry.name}" has a reserved name; rename it`,
        entry.at,
      );
    }
    const type = entry.kind === EXTERNAL.function ? module.types[module.functionTypes[entry.index]!]! : null;
    const name = plan.renameExport({ name: entry.name, kind: entry.kind, type });
    if (name === null) continue;
    if (taken.has(name)) {
      throw new ModuleRefusal(
        "export-refused",
        `Export "${entry.name}" is there twice, under two names; keep one`,
        entry.at,
      );
    }
    if (entry.kind === EXTERNAL.function && entry.index < module.imports.length) {
      throw new ModuleRefusal(
        "export-refused",
        `Export "${entry.name}" is an imported function; export a function of the module's own`,
        entry.at,
      );
    }
    taken.add(name);
    kept.push({ name, kind: entry.kind, index: entry.index, type });
  }
  return kept;
}

function limitMemory(memory: MemoryDefinition | null, maximum: number): OutputMemory | null {
  if (memory === null) return null;
  if (memory.initial > maximum) {
    throw new ModuleRefusal(
      "memory-size",
      `The memory starts with ${memory.initial} pages, more than the ${maximum} it may have; ask for more in limits.memoryPages, or start smaller`,
    );
  }
  return { initial: memory.initial, maximum: Math.min(maximum, memory.maximum ?? maximum) };
}

/** Functions that the host calls: these have no caller that could prepay. */
function hostEntries(module: CoreModule, exports: readonly OutputExport[]): Set<number> {
  const entries = new Set(
    exports.filter((kept) => kept.kind === EXTERNAL.function).map((kept) => kept.index),
  );
  if (module.start !== null) entries.add(module.start);
  return entries;
}

function checkCosts(module: CoreModule, costs: ModuleCosts): void {
  for (const [n, { longest, stack }] of costs.functions.entries()) {
    const { start } = module.bodies[n]!;
    if (longest > MODULE_LIMITS.uncheckedWork) {
      throw new ModuleRefusal(
        "unchecked-work",
        `Function ${module.imports.length + n} has a path of ${longest} operators without a loop, more than ${MODULE_LIMITS.uncheckedWork}; unroll or inline less`,
        start,
      );
    }
    if (stack > MODULE_LIMITS.staticStack) {
      throw new ModuleRefusal(
        "static-stack",
        `Calls from function ${module.imports.length + n} can need ${stack} stack slots, more than ${MODULE_LIMITS.staticStack}; use fewer locals or inline less`,
        start,
      );
    }
  }
}
