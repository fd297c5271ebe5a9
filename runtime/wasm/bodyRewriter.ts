/**
 * Third pass: writes a function body anew with its charges spliced in. Nothing that is there is renumbered;
 * the original bytes between two patches are copied as they are.
 *
 * Why nothing escapes: every endless execution repeats a back-edge or a feedback call, and each of them
 * charges at least 1.
 */
import { Code, EMPTY_BLOCK } from "./code.ts";
import type { ModuleCosts } from "./costs.ts";
import { Cursor } from "./cursor.ts";
import { FuelAccount } from "./fuelAccount.ts";
import { LocalPool } from "./localPool.ts";
import { type CoreModule, type FunctionBody, type FunctionType, VALUE_TYPE } from "./module.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";
import { type CallCost, Paths } from "./paths.ts";
import { Sink } from "./sink.ts";
import { blockType } from "./survey.ts";
import type { TypePool } from "./typePool.ts";

/** Fuel units of a page that memory.grow asks for: V8 clears 64 KiB in about the time of this many operators. */
export const PAGE_COST = 4096;
/** Bulk memory operators cost one unit for each 16 bytes. */
const BULK_SHIFT = 4;

/** Global indices of the counters. */
export interface Counters {
  readonly fuel: number;
  readonly depth: number;
}

/** Puts `code` in place of the original bytes from `at` to `until`. */
interface Patch {
  readonly at: number;
  readonly until: number;
  readonly code: Code;
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
  readonly #n: number;
  readonly #node: number;
  readonly #body: FunctionBody;
  readonly #type: FunctionType;
  readonly #locals: LocalPool;
  readonly #fuel: FuelAccount;
  readonly #reader: OperatorReader;
  readonly #paths: Paths;
  readonly #patches: Patch[] = [];
  /** Filled in last, when the cost of the feedback calls behind it is known. */
  #chargePoint: Code | null = null;

  constructor(context: RewriteContext, n: number) {
    const { module, costs, counters } = context;
    const body = module.bodies[n]!;
    this.#context = context;
    this.#n = n;
    this.#node = module.imports.length + n;
    this.#body = body;
    this.#type = module.types[module.functionTypes[this.#node]!]!;
    this.#locals = new LocalPool(this.#type.params.length + body.localCount);
    this.#fuel = new FuelAccount(counters.fuel, this.#locals, costs.functions[n]!.fuelInLocal);
    this.#reader = new OperatorReader(new Cursor(module.bytes, body.operatorsAt, body.end));
    this.#paths = new Paths(0);
  }

  rewrite(): Uint8Array {
    const reader = this.#reader;
    while (reader.step()) {
      const call = this.#callCost();
      if (this.#paths.reachable) this.#patch(call);
      this.#paths.pass(reader, call);
    }
    if (this.#chargePoint) this.#writeChargePoint(this.#chargePoint);
    return this.#splice();
  }

  #insert(at = this.#reader.at): Code {
    return this.#replace(at, at);
  }

  #replace(at = this.#reader.at, until = this.#reader.next): Code {
    const code = new Code();
    this.#patches.push({ at, until, code });
    return code;
  }

  #callTarget(): number {
    return this.#reader.op === OP.call
      ? this.#reader.index
      : this.#context.costs.graph.typeNode(this.#reader.index);
  }

  #callCost(): CallCost | null {
    const { op } = this.#reader;
    if (op !== OP.call && op !== OP.callIndirect) return null;
    return this.#context.costs.callCost(this.#node, this.#callTarget());
  }

  #patch(call: CallCost | null): void {
    const reader = this.#reader;
    if (reader.at === this.#context.costs.functions[this.#n]!.chargePoint) this.#chargePoint = this.#insert();
    if (call) {
      this.#patchCall(call);
      return;
    }
    switch (reader.op) {
      case OP.br:
        if (this.#paths.isLoop(reader.index))
          this.#fuel.charge(this.#insert(), this.#paths.backEdgeCost(reader.index));
        return;
      case OP.brIf:
        if (this.#paths.isLoop(reader.index)) this.#patchConditionalBackEdge();
        return;
      case OP.brTable:
        if (reader.targets.some((target) => this.#paths.isLoop(target))) this.#patchTable();
        return;
      case OP.return:
        // Leaves the block around the body, behind which the fuel is stored.
        if (this.#fuel.inLocal) this.#replace().br(this.#paths.labels.length - 1);
        return;
      case OP.memoryGrow:
        this.#fuel.chargeCount(this.#insert(), PAGE_COST);
        return;
      case OP.memoryCopy:
      case OP.memoryFill:
        this.#fuel.chargeLength(this.#insert(), BULK_SHIFT);
        return;
      default:
    }
  }

  #patchCall(call: CallCost): void {
    const { costs, counters } = this.#context;
    const target = costs.nodes[this.#callTarget()]!;
    const feedback = call.feedback > 0;
    if (!feedback && !(target.spends && this.#fuel.inLocal)) return;
    const before = this.#insert();
    const behind = this.#insert(this.#reader.next);
    this.#fuel.store(before);
    this.#fuel.load(behind);
    if (feedback) {
      const { depth } = this.#locals;
      before.localGet(depth).i32Const(target.chain).op(OP.i32Sub).globalSet(counters.depth);
      // What the callee leaves there is its own; a later call from this function starts from here again.
      behind.localGet(depth).globalSet(counters.depth);
    }
  }

  /** `br_if` to a loop: an `if` with charge and branch in it; the loop's parameters pass through. */
  #patchConditionalBackEdge(): void {
    const depth = this.#reader.index;
    const { params } = this.#loopType(depth);
    const type = params.length === 0 ? EMPTY_BLOCK : this.#context.types.index({ params, results: params });
    const code = this.#replace().if(type);
    this.#fuel.charge(code, this.#paths.backEdgeCost(depth));
    code.br(depth + 1).end();
  }

  /**
   * `br_table` with loops among its targets: one block for each such loop is put around it, so that the table
   * branches to the block's end, where the charge stands before the branch to the loop.
   */
  #patchTable(): void {
    const { targets } = this.#reader;
    const loops = [...new Set(targets.filter((target) => this.#paths.isLoop(target)))];
    const { params } = this.#loopType(loops[0]!);
    const type = this.#context.types.index({ params: [...params, VALUE_TYPE.i32], results: params });
    const code = this.#replace();
    for (const _ of loops) code.block(type);
    code.op(OP.brTable).u32(targets.length - 1);
    for (const target of targets) {
      const landing = loops.indexOf(target);
      code.u32(landing === -1 ? target + loops.length : landing);
    }
    for (const [n, loop] of loops.entries()) {
      code.end();
      this.#fuel.charge(code, this.#paths.backEdgeCost(loop));
      code.br(loop + loops.length - 1 - n);
    }
  }

  #loopType(depth: number): FunctionType {
    const index = this.#paths.labelAt(depth).type;
    return blockType(this.#context.module, index, () => {
      throw new Error("a loop's type was checked by the survey");
    });
  }

  /** Charges for the feedback calls behind, and takes the depth that they draw on. */
  #writeChargePoint(code: Code): void {
    const { depth } = this.#locals;
    this.#fuel.charge(code, this.#paths.longestFeedback);
    code.globalGet(this.#context.counters.depth).localTee(depth);
    code.i32Const(0).op(OP.i32LtS).if().op(OP.unreachable).end();
  }

  #splice(): Uint8Array {
    const { bytes } = this.#context.module;
    const body = this.#body;
    const head = new Code();
    this.#fuel.load(head);
    const { entry } = this.#context.costs.functions[this.#n]!;
    if (entry > 0) this.#fuel.charge(head, entry);
    const tail = new Code();
    if (this.#fuel.inLocal) {
      head.block(this.#resultType());
      this.#fuel.store(tail);
      tail.end();
    }
    const out = new Sink(body.end - body.start + 64);
    out.u32(body.localGroups + this.#locals.count).append(bytes.subarray(body.localsAt, body.operatorsAt));
    this.#locals.writeGroups(out);
    out.append(head.view);
    let at = body.operatorsAt;
    for (const patch of this.#patches) {
      out.append(bytes.subarray(at, patch.at)).append(patch.code.view);
      at = patch.until;
    }
    return out.append(bytes.subarray(at, body.end)).append(tail.view).view;
  }

  #resultType(): number {
    const { results } = this.#type;
    if (results.length === 0) return EMPTY_BLOCK;
    if (results.length === 1) return results[0]! - 128;
    return this.#context.types.index({ params: [], results });
  }
}
