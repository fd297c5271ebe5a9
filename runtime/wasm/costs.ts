/**
 * Second pass: what every function costs its callers. Functions are taken in the call graph's order, so the
 * costs of all that is reached without feedback are known.
 *
 * A function's longest path, callees included, is *prepaid* by whoever calls it. Functions with a path above
 * a cap, and those that the host calls, pay at their own entry instead: else the estimates of a deep call
 * tree would multiply, and the host would have to know them.
 */
import { buildCallGraph, type CallGraph } from "./callGraph.ts";
import { ChargePointSearch } from "./chargePoint.ts";
import { Cursor } from "./cursor.ts";
import type { CoreModule } from "./module.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";
import { type CallCost, Paths } from "./paths.ts";
import { type FunctionSurvey, surveyBody } from "./survey.ts";
import { UnrollSearch } from "./unrolling.ts";

/** Fuel units of a call of a host function, beside what the host charges for the bytes it is given. */
export const HOST_CALL_COST = 200;
/** Longest path that a caller prepays; beyond it, one more check costs less than the overestimate. */
const PREPAID_CAP = 400;
/** Locals are cleared at every call; eight take about the time of one operator. */
const LOCALS_PER_UNIT_SHIFT = 3;
/** Stack slots that a host function may use; the host's own frames stand on the same stack. */
const HOST_FRAME = 256;

/** What is known of a function or of an indirectly called type. */
export interface NodeCosts {
  /** What a caller pays for it. */
  readonly prepaid: number;
  /** What it pays at its own entry; 0 when its callers prepay. */
  readonly entry: number;
  /** Whether it may spend fuel beyond what was prepaid. */
  readonly spends: boolean;
  /** Longest path from a call of it, also into a trap, up to the next check; 0 when it checks at its entry. */
  readonly unchecked: number;
  /** Stack slots of the longest chain of calls from here without feedback. */
  readonly stack: number;
  /**
   * Stack slots from here to the last function on such a chain that makes feedback calls; 0 when there is
   * none. A feedback call takes this from the depth: frames that a chain merely ends in are not added up.
   */
  readonly chain: number;
  /** Where the function takes the depth from; nowhere when it has no `chain`. */
  readonly depthIn: "nowhere" | "parameter" | "global";
  /** Whether it can come to a call of the host, which may enter the guest again. */
  readonly callsHost: boolean;
}

export interface FunctionCosts extends NodeCosts {
  /** Longest path within it and what it calls up to the next check: the work that a callback may do unchecked. */
  readonly longest: number;
  /** Where a function with feedback calls charges: offset of the operator before which. */
  readonly chargePoint: number | null;
  /** Whether fuel is better kept in a local: some loop has nothing in it that spends. */
  readonly fuelInLocal: boolean;
  /** Whether the host calls it. */
  readonly isEntry: boolean;
  /** Loops to unroll: offset of the loop's operator → what a round costs. */
  readonly unrolled: ReadonlyMap<number, number>;
}

export interface ModuleCosts {
  readonly graph: CallGraph;
  readonly surveys: readonly FunctionSurvey[];
  /** By node. */
  readonly nodes: readonly NodeCosts[];
  /** By body. */
  readonly functions: readonly FunctionCosts[];
  /** What a call of a node, made by a function, costs. */
  callCost(from: number, to: number): CallCost;
}

/** `entries` are the functions that the host calls. */
export function computeCosts(module: CoreModule, entries: ReadonlySet<number>): ModuleCosts {
  const imports = module.imports.length;
  const addressTaken = new Set(module.addressTaken);
  const surveys = module.bodies.map((body, n) =>
    surveyBody(module, body, module.types[module.functionTypes[imports + n]!]!, addressTaken),
  );
  const graph = buildCallGraph(module, surveys, addressTaken);
  const nodes = new Array<NodeCosts>(graph.edges.length);
  const functions = new Array<FunctionCosts>(module.bodies.length);
  const callCost = (from: number, to: number): CallCost =>
    graph.isFeedback(from, to)
      ? { prepaid: 0, feedback: Math.max(1, nodes[to]?.prepaid ?? 0) }
      : { prepaid: nodes[to]!.prepaid, feedback: 0 };

  for (const node of graph.order) {
    if (node < imports) {
      nodes[node] = {
        prepaid: HOST_CALL_COST,
        entry: 0,
        spends: true,
        unchecked: 0,
        stack: HOST_FRAME,
        chain: 0,
        depthIn: "nowhere",
        callsHost: true,
      };
    } else if (node < graph.functionCount) {
      const n = node - imports;
      const callees = graph.edges[node]!.filter((to) => !graph.isFeedback(node, to)).map((to) => nodes[to]!);
      const costs = functionCosts(node, callees, entries.has(node), surveys[n]!, n);
      nodes[node] = functions[n] = costs;
    } else {
      nodes[node] = typeCosts(graph.edges[node]!.map((to) => nodes[to]!));
    }
  }
  return { graph, surveys, nodes, functions, callCost };

  function functionCosts(
    node: number,
    callees: readonly NodeCosts[],
    isEntry: boolean,
    survey: FunctionSurvey,
    n: number,
  ): FunctionCosts {
    const body = module.bodies[n]!;
    const reader = new OperatorReader(new Cursor(module.bytes, body.operatorsAt, body.end));
    const paths = new Paths(body.localCount >> LOCALS_PER_UNIT_SHIFT);
    const search = new ChargePointSearch();
    const loops = new UnrollSearch();
    const feedback = graph.hasFeedback(node);
    let spends = survey.bulk || feedback || callees.some((callee) => callee.spends);
    let fuelInLocal = false;
    while (reader.step()) {
      let call: CallCost | null = null;
      if (reader.op === OP.call || reader.op === OP.callIndirect) {
        const to = reader.op === OP.call ? reader.index : graph.typeNode(reader.index);
        call = callCost(node, to);
        if (call.feedback > 0 && paths.reachable) search.found(paths.labels, reader.at);
        if (call.feedback > 0 || nodes[to]!.spends) paths.labelAt(0).spends = true;
      }
      if (reader.op === OP.loop && paths.reachable) spends = true;
      loops.see(reader, paths);
      const closing = reader.op === OP.end ? paths.labelAt(0) : null;
      paths.pass(reader, call);
      if (closing?.op === OP.loop && !closing.spends) fuelInLocal = true;
    }
    const path = Math.max(0, paths.cost);
    const ownEntry = isEntry || path > PREPAID_CAP;
    const calleeChain = highest(callees, "chain");
    const chain = feedback || calleeChain > 0 ? survey.frame + calleeChain : 0;
    const longest = paths.longest + highest(callees, "unchecked");
    return {
      prepaid: ownEntry ? 0 : path,
      entry: ownEntry ? path : 0,
      spends: spends || ownEntry,
      unchecked: ownEntry ? 0 : longest,
      longest,
      stack: survey.frame + highest(callees, "stack"),
      chain,
      depthIn: chain === 0 ? "nowhere" : isEntry || addressTaken.has(node) ? "global" : "parameter",
      callsHost: callees.some((callee) => callee.callsHost),
      chargePoint: search.point,
      fuelInLocal,
      isEntry,
      unrolled: loops.found,
    };
  }
}

/** An indirect call may reach any of the functions, so it costs as much as the dearest. */
function typeCosts(functions: readonly NodeCosts[]): NodeCosts {
  const chain = highest(functions, "chain");
  return {
    prepaid: highest(functions, "prepaid"),
    entry: 0,
    spends: functions.some((costs) => costs.spends),
    unchecked: highest(functions, "unchecked"),
    stack: highest(functions, "stack"),
    chain,
    depthIn: chain === 0 ? "nowhere" : "global",
    callsHost: functions.some((costs) => costs.callsHost),
  };
}

function highest(nodes: readonly NodeCosts[], cost: "prepaid" | "unchecked" | "stack" | "chain"): number {
  return nodes.reduce((most, node) => Math.max(most, node[cost]), 0);
}
