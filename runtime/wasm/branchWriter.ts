/** Writes branches that pay before they are taken. Depths are those of the original; operands pass through. */
import type { Code } from "./code.ts";
import type { FuelAccount } from "./fuelAccount.ts";
import { VALUE_TYPE } from "./module.ts";
import { OP } from "./opcodes.ts";
import type { OutputLabels } from "./outputLabels.ts";
import type { TypePool } from "./typePool.ts";

export class BranchWriter {
  readonly #fuel: FuelAccount;
  readonly #labels: OutputLabels;
  readonly #types: TypePool;

  constructor(fuel: FuelAccount, labels: OutputLabels, types: TypePool) {
    this.#fuel = fuel;
    this.#labels = labels;
    this.#types = types;
  }

  br(code: Code, depth: number, cost: number): void {
    this.#fuel.charge(code, cost);
    code.br(this.#labels.depthOf(depth));
  }

  /** One that costs becomes an `if` with charge and branch in it. */
  brIf(code: Code, depth: number, cost: number, operands: readonly number[]): void {
    if (cost === 0) {
      code.op(OP.brIf).u32(this.#labels.depthOf(depth));
      return;
    }
    code.if(this.#types.blockType({ params: operands, results: operands }));
    this.#labels.openAdded();
    this.br(code, depth, cost);
    this.#labels.closeAdded();
    code.end();
  }

  /**
   * For each label that costs, one block is put around the table, so that the table branches to the block's
   * end, where the charge stands before the branch to the label.
   */
  brTable(
    code: Code,
    targets: readonly number[],
    costs: readonly number[],
    operands: readonly number[],
  ): void {
    const landings = new Map<number, { readonly height: number; readonly cost: number }>();
    const type = { params: [...operands, VALUE_TYPE.i32], results: operands };
    for (const [n, target] of targets.entries()) {
      const cost = costs[n]!;
      if (cost === 0 || landings.has(target)) continue;
      code.block(this.#types.blockType(type));
      landings.set(target, { height: this.#labels.openAdded(), cost });
    }
    code.op(OP.brTable).u32(targets.length - 1);
    for (const target of targets) {
      const landing = landings.get(target);
      code.u32(landing ? this.#labels.depthTo(landing.height) : this.#labels.depthOf(target));
    }
    for (const [target, { cost }] of [...landings].reverse()) {
      code.end();
      this.#labels.closeAdded();
      this.br(code, target, cost);
    }
  }
}
