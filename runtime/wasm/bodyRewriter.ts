/**
 * Third pass: writes a function body anew with its charges in it. What needs no change is copied as it is, and
 * only one local may be renumbered.
 *
 * Why nothing escapes: every endless execution repeats a back-edge or a feedback call, and each of them
 * charges at least 1; in an unrolled loop, every fourth back-edge charges for four.
 */
import { BranchWriter } from "./branchWriter.ts";
import { Code } from "./code.ts";
import type { FunctionCosts, ModuleCosts } from "./costs.ts";
import { Cursor } from "./cursor.ts";
import { DepthAccount } from "./depthAccount.ts";
import { globalConversion } from "./floatGlobals.ts";
import { FuelAccount } from "./fuelAccount.ts";
import { LocalPool } from "./localPool.ts";
import type { CoreModule, FunctionBody, FunctionType } from "./module.ts";
import { findNanSites, type NanSites, NO_SITES } from "./nanSearch.ts";
import { makeCanonical } from "./nanWriter.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";
import { OutputLabels } from "./outputLabels.ts";
import { type CallCost, Paths } from "./paths.ts";
import { Sink } from "./sink.ts";
import { surveyedBlockType } from "./survey.ts";
import type { TypePool } from "./typePool.ts";
import { UnrolledLoop } from "./unrolledLoop.ts";

/** Fuel units of a page that memory.grow asks for: V8 clears 64 KiB in about the time of this many operators. */
export const PAGE_COST = 4096;
/** Bulk memory operators cost one unit for each 16 bytes. */
const BULK_SHIFT = 4;

/** Global indices of the counters. */
export interface Counters {
  readonly fuel: number;
  readonly depth: number;
}

export interface RewriteContext {
  readonly module: CoreModule;
  readonly costs: ModuleCosts;
  readonly counters: Counters;
  readonly types: TypePool;
}

/** The `n`-th body of the module, metered, without its length. */
export function rewriteBody(context: RewriteContext, n: number): Uint8Array {
  return new BodyRewriter(context, n).rewrite();
}

class BodyRewriter {
  readonly #context: RewriteContext;
  readonly #node: number;
  readonly #body: FunctionBody;
  readonly #type: FunctionType;
  readonly #costs: FunctionCosts;
  readonly #locals: LocalPool;
  readonly #fuel: FuelAccount;
  readonly #depth: DepthAccount;
  readonly #reader: OperatorReader;
  readonly #paths = new Paths(0);
  readonly #labels = new OutputLabels();
  readonly #branches: BranchWriter;
  readonly #nans: NanSites;
  readonly #out: Code;
  /** What stands before this offset is written. */
  #written: number;
  /** The loop that is being unrolled; none is nested in it. */
  #loop: UnrolledLoop | null = null;

  constructor(context: RewriteContext, n: number) {
    const { module, costs, counters, types } = context;
    const body = module.bodies[n]!;
    this.#context = context;
    this.#node = module.imports.length + n;
    this.#body = body;
    this.#type = module.types[module.functionTypes[this.#node]!]!;
    this.#costs = costs.functions[n]!;
    this.#locals = new LocalPool(this.#type, body, this.#costs.depthIn === "parameter");
    this.#fuel = new FuelAccount(counters.fuel, this.#locals, this.#costs.fuelInLocal);
    this.#depth = new DepthAccount(counters.depth, this.#locals, this.#costs);
    this.#reader = this.#read();
    this.#branches = new BranchWriter(this.#fuel, this.#labels, types);
    this.#nans = costs.surveys[n]!.floats ? findNanSites(module, body, this.#type) : NO_SITES;
    this.#out = new Code(body.end - body.start + 64);
    this.#written = body.operatorsAt;
  }

  #read(): OperatorReader {
    return new OperatorReader(new Cursor(this.#context.module.bytes, this.#body.operatorsAt, this.#body.end));
  }

  rewrite(): Uint8Array {
    const reader = this.#reader;
    const out = this.#out;
    this.#fuel.load(out);
    this.#depth.load(out);
    if (this.#costs.entry > 0) this.#fuel.charge(out, this.#costs.entry);
    // Every exit leads through the end of this block, behind which the counters are stored.
    const singleExit = this.#fuel.inLocal || this.#depth.restores;
    if (singleExit) {
      out.block(this.#context.types.blockType({ params: [], results: this.#type.results }));
      this.#labels.redirect(this.#labels.openAdded());
    }
    while (reader.step()) {
      const call = this.#callCost(reader);
      if (reader.at === this.#costs.chargePoint && this.#paths.reachable) this.#chargeFeedback();
      if (!this.#operator(call, singleExit)) continue;
      const loose = this.#nans.get(reader.at);
      if (loose !== undefined) makeCanonical(this.#behind(), loose, this.#locals);
      this.#paths.pass(reader, call);
    }
    this.#copyUntil(this.#body.end);
    if (singleExit) {
      this.#fuel.store(out);
      this.#depth.restore(out);
      out.end();
    }
    const body = new Sink(out.length + 64);
    this.#locals.write(body);
    return body.append(out.view).view;
  }

  #copyUntil(at: number): Code {
    this.#out.append(this.#context.module.bytes.subarray(this.#written, at));
    this.#written = at;
    return this.#out;
  }

  /** The output, with everything before the current operator in it. */
  #before(): Code {
    return this.#copyUntil(this.#reader.at);
  }

  /** The output, for what takes the current operator's place. */
  #instead(): Code {
    const out = this.#before();
    this.#written = this.#reader.next;
    return out;
  }

  /** The output, with the current operator in it. */
  #behind(): Code {
    return this.#copyUntil(this.#reader.next);
  }

  /** Writes the current operator; false when the reader has gone back instead, to write a loop's body again. */
  #operator(call: CallCost | null, singleExit: boolean): boolean {
    const reader = this.#reader;
    switch (reader.op) {
      case OP.call:
      case OP.callIndirect:
        this.#call(call!);
        break;
      case OP.loop:
        if (this.#costs.unrolled.has(reader.at) && this.#paths.reachable) this.#openUnrolled();
        else this.#labels.open();
        break;
      case OP.block:
      case OP.if:
        this.#labels.open();
        break;
      case OP.end:
        return this.#end();
      case OP.br:
      case OP.brIf:
      case OP.brTable:
        this.#branch();
        break;
      case OP.return:
        if (singleExit) {
          const out = this.#instead();
          if (this.#loop && this.#paths.reachable) this.#fuel.charge(out, this.#loop.leaveCost);
          out.br(this.#labels.outermost);
        }
        break;
      case OP.localGet:
      case OP.localSet:
      case OP.localTee: {
        const { moved } = this.#locals;
        if (moved?.from === reader.index) this.#instead().op(reader.op).u32(moved.to);
        break;
      }
      case OP.globalGet:
      case OP.globalSet:
        this.#global();
        break;
      case OP.memoryGrow:
        if (this.#paths.reachable) this.#fuel.chargeCount(this.#before(), PAGE_COST);
        break;
      case OP.memoryCopy:
      case OP.memoryFill:
        if (this.#paths.reachable) this.#fuel.chargeLength(this.#before(), BULK_SHIFT);
        break;
      default:
    }
    return true;
  }

  #global(): void {
    const { op, index } = this.#reader;
    const conversion = globalConversion(this.#context.module.globals[index]);
    if (conversion === undefined) return;
    if (op === OP.globalGet) this.#behind().op(conversion.load);
    else this.#before().op(conversion.store);
  }

  #callCost(reader: OperatorReader): CallCost | null {
    if (reader.op !== OP.call && reader.op !== OP.callIndirect) return null;
    return this.#context.costs.callCost(this.#node, this.#target(reader));
  }

  #target(reader: OperatorReader): number {
    return reader.op === OP.call ? reader.index : this.#context.costs.graph.typeNode(reader.index);
  }

  #call(call: CallCost): void {
    const target = this.#context.costs.nodes[this.#target(this.#reader)]!;
    const feedback = call.feedback > 0;
    const spends = feedback || target.spends;
    const before = this.#before();
    if (spends) this.#fuel.store(before);
    // Unreachable calls need their operands, too, or the function is not valid.
    this.#depth.give(before, target, feedback);
    if (spends) this.#fuel.load(this.#behind());
  }

  /** What a feedback call costs is only known when all functions are. */
  #chargeFeedback(): void {
    const reader = this.#read();
    const paths = new Paths(0);
    while (reader.step()) paths.pass(reader, this.#callCost(reader));
    const before = this.#before();
    this.#fuel.charge(before, paths.longestFeedback);
    this.#depth.check(before);
  }

  #openUnrolled(): void {
    const { types } = this.#context;
    const type = surveyedBlockType(this.#context.module, this.#reader.index);
    this.#loop = new UnrolledLoop(this.#instead(), this.#labels, {
      typeCode: types.blockType(type),
      nextType: types.blockType({ params: type.params, results: type.params }),
      round: this.#costs.unrolled.get(this.#reader.at)!,
      bodyAt: this.#reader.next,
    });
  }

  #end(): boolean {
    const loop = this.#loop;
    if (loop === null || this.#paths.labelAt(0).op !== OP.loop) {
      if (this.#paths.labels.length > 1) this.#labels.close();
      return true;
    }
    const out = this.#instead();
    if (this.#paths.reachable) this.#fuel.charge(out, loop.leaveCost);
    if (loop.isLast) {
      loop.close(out);
      this.#loop = null;
      return true;
    }
    loop.nextCopy(out);
    this.#paths.rewind();
    this.#reader.seek(loop.bodyAt);
    this.#written = loop.bodyAt;
    return false;
  }

  #branch(): void {
    const { op, index, targets } = this.#reader;
    const depths = op === OP.brTable ? targets : [index];
    const costs = depths.map((depth) => this.#branchCost(depth));
    if (costs.every((cost) => cost === 0) && depths.every((depth) => this.#labels.depthOf(depth) === depth)) {
      return;
    }
    const out = this.#instead();
    if (op === OP.br) this.#branches.br(out, index, costs[0]!);
    else if (op === OP.brIf) this.#branches.brIf(out, index, costs[0]!, this.#operands(index));
    else this.#branches.brTable(out, targets, costs, this.#operands(targets[0]!));
  }

  /** What a branch to the label at `depth` pays. */
  #branchCost(depth: number): number {
    if (!this.#paths.reachable) return 0;
    const isLoop = this.#paths.isLoop(depth);
    if (this.#loop === null) return isLoop ? this.#paths.backEdgeCost(depth) : 0;
    const loopDepth = this.#paths.labels.findLastIndex((label) => label.op === OP.loop);
    const own = this.#paths.labels.length - 1 - loopDepth;
    if (depth < own) return 0;
    if (depth === own) return this.#loop.backCost;
    return this.#loop.leaveCost + (isLoop ? this.#paths.backEdgeCost(depth) : 0);
  }

  /** Types of what a branch to the label at `depth` takes along. */
  #operands(depth: number): readonly number[] {
    if (depth === this.#paths.labels.length - 1) return this.#type.results;
    const label = this.#paths.labelAt(depth);
    const type = surveyedBlockType(this.#context.module, label.type);
    return label.op === OP.loop ? type.params : type.results;
  }
}
