/**
 * Who calls whom. Nodes are the functions, imports first, and behind them one node for each structurally
 * distinct type that is called indirectly: an indirect call reaches the type's node, which reaches every
 * address-taken function of that type. Edges that close a cycle are *feedback*: without them the graph has
 * no cycle, and `order` lists every node behind all that it reaches.
 *
 * Components: R. Tarjan, "Depth-first search and linear graph algorithms" (1972), with an explicit stack,
 * because a module's call chains may be longer than ours.
 */
import { type CoreModule, typeKey } from "./module.ts";
import type { FunctionSurvey } from "./survey.ts";

export interface CallGraph {
  readonly functionCount: number;
  /** Node of an indirect call of this type. */
  typeNode(typeIndex: number): number;
  /** Nodes that a node reaches by one call. */
  readonly edges: readonly (readonly number[])[];
  /** Whether the call from a function to a node may close a cycle. */
  isFeedback(from: number, to: number): boolean;
  /** Whether any call of the function may. */
  hasFeedback(from: number): boolean;
  /** All nodes; each stands behind those it reaches without feedback. */
  readonly order: readonly number[];
}

export function buildCallGraph(
  module: CoreModule,
  surveys: readonly FunctionSurvey[],
  addressTaken: ReadonlySet<number>,
): CallGraph {
  const imports = module.imports.length;
  const functionCount = module.functionTypes.length;
  const nodeOfKey = new Map<string, number>();
  const nodeOfType = module.types.map((type) => {
    const key = typeKey(type);
    const node = nodeOfKey.get(key) ?? functionCount + nodeOfKey.size;
    nodeOfKey.set(key, node);
    return node;
  });
  const edges: number[][] = Array.from({ length: functionCount + nodeOfKey.size }, () => []);
  for (const [n, survey] of surveys.entries()) {
    const targets = new Set(survey.calls);
    for (const type of survey.indirect) targets.add(nodeOfType[type]!);
    edges[imports + n]!.push(...targets);
  }
  for (const taken of [...addressTaken].sort((a, b) => a - b)) {
    const type = module.functionTypes[taken];
    if (type !== undefined) edges[nodeOfType[type]!]!.push(taken);
  }

  const component = findComponents(edges);
  const insideComponent = (from: number, to: number) =>
    to >= functionCount && component[from] === component[to];
  const { order, feedback } = findFeedback(edges, insideComponent);
  return {
    functionCount,
    edges,
    order,
    typeNode: (typeIndex) => nodeOfType[typeIndex]!,
    isFeedback: (from, to) => feedback.get(from)?.has(to) ?? false,
    hasFeedback: (from) => feedback.has(from),
  };
}

/** Number of the strongly connected component of each node. */
function findComponents(edges: readonly (readonly number[])[]): Int32Array {
  const count = edges.length;
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const component = new Int32Array(count).fill(-1);
  const nextEdge = new Int32Array(count);
  const open: number[] = [];
  let visited = 0;
  let components = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    const path = [root];
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (index[node] === -1) {
        index[node] = low[node] = visited++;
        open.push(node);
      }
      const target = edges[node]![nextEdge[node]!];
      if (target !== undefined) {
        nextEdge[node]!++;
        if (index[target] === -1) path.push(target);
        else if (component[target] === -1) low[node] = Math.min(low[node]!, index[target]!);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      if (low[node] === index[node]) {
        let member: number;
        do {
          member = open.pop()!;
          component[member] = components;
        } while (member !== node);
        components++;
      }
    }
  }
  return component;
}

/**
 * Walks depth first. A call to a function that is still on the path closes a cycle; so may every indirect
 * call within its component, and those are not followed.
 */
function findFeedback(
  edges: readonly (readonly number[])[],
  insideComponent: (from: number, to: number) => boolean,
): { order: number[]; feedback: Map<number, Set<number>> } {
  const NEW = 0;
  const ON_PATH = 1;
  const DONE = 2;
  const state = new Uint8Array(edges.length);
  const nextEdge = new Int32Array(edges.length);
  const order: number[] = [];
  const feedback = new Map<number, Set<number>>();
  for (let root = 0; root < edges.length; root++) {
    if (state[root] !== NEW) continue;
    const path = [root];
    state[root] = ON_PATH;
    while (path.length > 0) {
      const node = path.at(-1)!;
      const target = edges[node]![nextEdge[node]!];
      if (target === undefined) {
        path.pop();
        state[node] = DONE;
        order.push(node);
        continue;
      }
      nextEdge[node]!++;
      if (insideComponent(node, target) || state[target] === ON_PATH) {
        const known = feedback.get(node) ?? new Set<number>();
        feedback.set(node, known.add(target));
      } else if (state[target] === NEW) {
        state[target] = ON_PATH;
        path.push(target);
      }
    }
  }
  return { order, feedback };
}
