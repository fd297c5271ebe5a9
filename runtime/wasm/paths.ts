/**
 * Follows a function body forward and keeps the cost of the longest path, without repetition, from the
 * function's start to the current operator. Wasm's control flow is structured, so one pass is enough: a label
 * takes the maximum of what reaches it, and a loop's header dominates its back-edges, whose cost therefore is
 * the difference between the two places.
 *
 * Two costs are kept: what the caller prepays (`cost`), and what feedback calls add to it (`feedback`), which
 * the function charges itself.
 */
import { OP } from "./opcodes.ts";
import type { OperatorReader } from "./operatorReader.ts";

/** The cost of a place that cannot be reached. */
export const UNREACHABLE = -1;

/** What a call costs beside its operator. */
export interface CallCost {
  /** Prepaid with the path. */
  readonly prepaid: number;
  /** Above 0 exactly when the call is feedback; charged by the function that makes it. */
  readonly feedback: number;
}

/** A block, loop or arm of an if around the current place. */
export interface Label {
  readonly op: number;
  /** Offset of the operator that opened it. */
  readonly at: number;
  /** 0, or 1 for the `else` arm. */
  readonly arm: number;
  /** Its block type, as written; see `blockType`. */
  readonly type: number;
  /** Costs where it starts. */
  readonly cost: number;
  readonly feedback: number;
  /** Costs at its end, as far as known; unused for loops, whose label is their start. */
  endCost: number;
  endFeedback: number;
  /** Whether something in it may spend fuel outside this function's sight. */
  spends: boolean;
}

const OPERATOR_COST = 1;
const CALL_COST = 2;
const INDIRECT_CALL_COST = 4;

export class Paths {
  /** Costs before the next operator; `cost` is UNREACHABLE behind an unconditional transfer. */
  cost: number;
  feedback = 0;
  /** Costs of the longest path that was seen, also of those that end in a trap. */
  longest = 0;
  longestFeedback = 0;
  /** Innermost last; the first is the function itself. */
  readonly labels: Label[];

  /** `entryCost` is what the call itself costs before the first operator runs. */
  constructor(entryCost: number) {
    this.cost = entryCost;
    this.labels = [this.#label(OP.block, 0, 0)];
  }

  get reachable(): boolean {
    return this.cost !== UNREACHABLE;
  }

  /** Whether the label at `depth` is a loop, so that a branch to it is a back-edge. */
  isLoop(depth: number): boolean {
    return this.labelAt(depth).op === OP.loop;
  }

  /** What a back-edge from behind the current operator to the loop at `depth` costs. */
  backEdgeCost(depth: number): number {
    const header = this.labelAt(depth);
    return this.cost + OPERATOR_COST - header.cost + (this.feedback - header.feedback);
  }

  labelAt(depth: number): Label {
    return this.labels[this.labels.length - 1 - depth]!;
  }

  /** Goes back to where the innermost label starts. */
  rewind(): void {
    const { cost, feedback } = this.labelAt(0);
    this.cost = cost;
    this.feedback = feedback;
  }

  /** Passes an operator; `call` is given for calls. */
  pass(reader: OperatorReader, call: CallCost | null): void {
    switch (reader.op) {
      case OP.block:
      case OP.loop:
        this.labels.push(this.#label(reader.op, reader.at, reader.index));
        return;
      case OP.if:
        this.#add(OPERATOR_COST);
        this.labels.push(this.#label(reader.op, reader.at, reader.index));
        return;
      case OP.else:
        this.#else();
        return;
      case OP.end:
        this.#end();
        return;
      case OP.br:
        this.#add(OPERATOR_COST);
        this.#reach(reader.index);
        this.cost = UNREACHABLE;
        return;
      case OP.brIf:
        this.#add(OPERATOR_COST);
        this.#reach(reader.index);
        return;
      case OP.brTable:
        this.#add(OPERATOR_COST);
        for (const target of reader.targets) this.#reach(target);
        this.cost = UNREACHABLE;
        return;
      case OP.return:
        this.#add(OPERATOR_COST);
        this.#reach(this.labels.length - 1);
        this.cost = UNREACHABLE;
        return;
      case OP.unreachable:
        this.cost = UNREACHABLE;
        return;
      case OP.call:
        this.#add(CALL_COST + call!.prepaid, call!.feedback);
        return;
      case OP.callIndirect:
        this.#add(INDIRECT_CALL_COST + call!.prepaid, call!.feedback);
        return;
      default:
        this.#add(OPERATOR_COST);
    }
  }

  #label(op: number, at: number, type: number): Label {
    const { cost, feedback } = this;
    return { op, at, arm: 0, type, cost, feedback, endCost: UNREACHABLE, endFeedback: 0, spends: false };
  }

  #add(cost: number, feedback = 0): void {
    if (!this.reachable) return;
    this.cost += cost;
    this.feedback += feedback;
    this.longest = Math.max(this.longest, this.cost);
    this.longestFeedback = Math.max(this.longestFeedback, this.feedback);
  }

  #reach(depth: number): void {
    const label = this.labelAt(depth);
    if (!this.reachable || label.op === OP.loop) return;
    label.endCost = Math.max(label.endCost, this.cost);
    label.endFeedback = Math.max(label.endFeedback, this.feedback);
  }

  #else(): void {
    this.#reach(0);
    const then = this.labels.pop()!;
    this.labels.push({ ...then, op: OP.else, arm: 1 });
    this.cost = then.cost;
    this.feedback = then.feedback;
  }

  #end(): void {
    const label = this.labels.pop()!;
    const outer = this.labels.at(-1);
    if (outer && label.spends) outer.spends = true;
    if (label.op === OP.loop) return;
    if (label.op === OP.if && label.cost !== UNREACHABLE) this.#join(label.cost, label.feedback);
    if (label.endCost !== UNREACHABLE) this.#join(label.endCost, label.endFeedback);
  }

  #join(cost: number, feedback: number): void {
    this.feedback = this.reachable ? Math.max(this.feedback, feedback) : feedback;
    this.cost = Math.max(this.cost, cost);
  }
}
