/**
 * Hands on, from call to call, how many stack slots recursion may still use. Only functions from which a
 * feedback call can be reached know it; each keeps what it was given, unchanged, in a local.
 *
 * It is given as one more parameter, which stays in a register. Functions whose type others rely on, because
 * the host or a table calls them, take it from a global, which is set before every such call, and before what
 * may call the host, which may enter the guest again. So nothing has to be restored behind a call, except for
 * the host, which sets the global once and calls several times.
 */
import type { Code } from "./code.ts";
import type { FunctionCosts, NodeCosts } from "./costs.ts";
import type { LocalPool } from "./localPool.ts";
import { OP } from "./opcodes.ts";

export class DepthAccount {
  readonly #global: number;
  readonly #locals: LocalPool;
  readonly #own: FunctionCosts;

  constructor(global: number, locals: LocalPool, own: FunctionCosts) {
    this.#global = global;
    this.#locals = locals;
    this.#own = own;
  }

  /** Whether the host may rely on the global behind a call of this function. */
  get restores(): boolean {
    return this.#own.isEntry && this.#own.chain > 0;
  }

  /** At the function's entry. */
  load(code: Code): void {
    if (this.#own.depthIn === "global") code.globalGet(this.#global).localSet(this.#locals.depth);
  }

  /** At the function's only exit. */
  restore(code: Code): void {
    if (this.restores) this.#store(code);
  }

  /** Traps when what was given is used up; the host finds that in the global. */
  check(code: Code): void {
    code.localGet(this.#locals.depth).i32Const(0).op(OP.i32LtS).if();
    this.#store(code);
    code.op(OP.unreachable).end();
  }

  /** Before a call, with its operands on the stack. A feedback call takes the chain that it begins. */
  give(code: Code, target: NodeCosts, feedback: boolean): void {
    if (this.#own.depthIn === "nowhere") return;
    if (target.depthIn === "nowhere") {
      if (target.callsHost) this.#store(code);
      return;
    }
    code.localGet(this.#locals.depth);
    if (feedback) code.i32Const(target.chain).op(OP.i32Sub);
    if (target.depthIn === "global") code.globalSet(this.#global);
  }

  #store(code: Code): void {
    code.localGet(this.#locals.depth).globalSet(this.#global);
  }
}
