/**
 * Cases of the core specification whose behaviour a rewriter could change: what a function answers, where it traps,
 * and what it leaves behind. Each is a module in the text format and calls of its exports. What is expected stands
 * in the specification (sections 4.3, 4.4 and 4.6), so it is written down here and not taken from an engine.
 */

/** Arguments and results: numbers for i32 and f64, bigints for i64; `trap` for one. */
export type Value = number | bigint;
export interface Call {
  readonly name: string;
  readonly args: readonly Value[];
  readonly gives: readonly Value[] | "trap";
}

export interface SpecCase {
  readonly title: string;
  /** Fields of a module. A memory of one page, and at most three, is there already. */
  readonly wat: string;
  readonly calls: readonly Call[];
}

export const gives = (name: string, args: readonly Value[], ...results: Value[]): Call => ({
  name,
  args,
  gives: results,
});
export const traps = (name: string, ...args: Value[]): Call => ({ name, args, gives: "trap" });
