/**
 * Functions that are appended for the host, around those that it calls most: they open a callback (set both
 * counters) and close it (answer the fuel that is left) in the same call. Through the exported globals each access is
 * a call of V8's API with a bigint, which costs a short callback more than its own work.
 *
 * A guest cannot reach them: V8 has validated the module before they exist, so no code, table or export of its own
 * names their indices, and a guest cannot import what it exports.
 */
import type { Counters } from "./bodyRewriter.ts";
import { Code } from "./code.ts";
import { VALUE_TYPE } from "./module.ts";
import { OP } from "./opcodes.ts";
import type { OutputExport, RewritePlan } from "./plan.ts";
import type { TypePool } from "./typePool.ts";

/** A function behind the module's own. */
export interface AppendedFunction {
  readonly type: number;
  readonly body: Uint8Array;
}

export interface AppendedEntry extends AppendedFunction {
  readonly exportAs: string;
}

/** The entries that the plan asks for, of those functions that the module exports. */
export function appendEntries(
  plan: RewritePlan,
  exports: readonly OutputExport[],
  counters: Counters,
  types: TypePool,
): AppendedEntry[] {
  return plan.entries.flatMap(({ of, name, opens, closes }) => {
    const target = exports.find((kept) => kept.name === of);
    if (!target?.type) return [];
    const { params, results } = target.type;
    if (closes && results.length > 0)
      throw new Error(`"${of}" has a result, so "${name}" cannot answer its fuel`);
    const code = new Code().u32(0);
    if (opens) {
      code.localGet(0).op(OP.i64TruncF64U).globalSet(counters.fuel);
      code.i32Const(plan.startDepth).globalSet(counters.depth);
    }
    const first = opens ? 1 : 0;
    for (let n = 0; n < params.length; n++) code.localGet(first + n);
    code.call(target.index);
    if (closes) code.globalGet(counters.fuel).op(OP.f64ConvertI64S);
    const type = types.index({
      params: opens ? [VALUE_TYPE.f64, ...params] : params,
      results: closes ? [VALUE_TYPE.f64] : results,
    });
    return [{ exportAs: name, type, body: code.end().view }];
  });
}
