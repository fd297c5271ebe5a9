/** Blocks, loops, branches. */
import { gives, type SpecCase } from "./specCase.ts";

export const CONTROL: readonly SpecCase[] = [
  {
    title: "a br out of several blocks carries its operand and drops the rest",
    wat: `(func (export "f") (param i32) (result i32)
      (block (result i32) (i32.const 1) (i32.const 2)
        (block (br_if 0 (i32.eqz (local.get 0))) (br 1 (i32.const 42))) (i32.add)))`,
    calls: [gives("f", [1], 42), gives("f", [0], 3)],
  },
  {
    title: "br_table takes its default for what is out of range, unsigned",
    wat: `(func (export "f") (param i32) (result i32)
      (block (block (block (br_table 0 1 2 (local.get 0))) (return (i32.const 10))) (return (i32.const 11)))
      (i32.const 12))`,
    calls: [
      gives("f", [0], 10),
      gives("f", [1], 11),
      gives("f", [2], 12),
      gives("f", [-1], 12),
      gives("f", [1 << 30], 12),
    ],
  },
  {
    title: "br_table goes back to loops and forward out of blocks with an operand",
    wat: `(func (export "f") (param $n i32) (result i32) (local $sum i32)
      (block $out (result i32)
        (loop $again (result i32)
          (local.set $sum (i32.add (local.get $sum) (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (block $back
            (block $done (br_table $done $back (i32.gt_s (local.get $n) (i32.const 0))))
            (br $out (local.get $sum)))
          (br $again))))`,
    calls: [gives("f", [4], 10), gives("f", [0], 0)],
  },
  {
    title: "br_table in nested loops reaches each of them",
    wat: `(func (export "f") (result i32) (local $i i32) (local $j i32) (local $k i32)
      (loop $outer
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (local.set $j (i32.const 0))
        (loop $inner
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (local.set $j (i32.add (local.get $j) (i32.const 1)))
          (block $end
            (br_table $inner $outer $end
              (select (i32.const 0)
                (select (i32.const 1) (i32.const 2) (i32.lt_u (local.get $i) (i32.const 3)))
                (i32.lt_u (local.get $j) (i32.const 4)))))))
      (i32.add (i32.mul (local.get $i) (i32.const 100)) (local.get $k)))`,
    calls: [gives("f", [], 312)],
  },
  {
    title: "a conditional back-edge passes the parameters of its loop",
    wat: `(func (export "f") (param $n i64) (result i64)
      (i64.const 1) (local.get $n)
      (loop $again (param i64 i64) (result i64)
        (local.set $n) (i64.mul (local.get $n)) (i64.sub (local.get $n) (i64.const 1))
        (local.tee $n) (br_if $again (i64.gt_s (local.get $n) (i64.const 1))) (drop)))`,
    calls: [gives("f", [10n], 3628800n), gives("f", [20n], 2432902008176640000n)],
  },
  {
    title: "a block with parameters and several results",
    wat: `(func (export "f") (param i32 i64) (result i64 i32)
      (local.get 0) (local.get 1)
      (block (param i32 i64) (result i64 i32)
        (local.set 1) (local.set 0) (local.get 1) (local.get 0)))`,
    calls: [gives("f", [7, 8n], 8n, 7)],
  },
  {
    title: "return leaves loops with several results and drops what lies below",
    wat: `(func (export "f") (param i32) (result i32 i32)
      (i32.const 9) (loop (return (i32.const 1) (local.get 0))) (drop) (i32.const 5) (i32.const 6))`,
    calls: [gives("f", [3], 1, 3)],
  },
  {
    title: "code behind an unconditional transfer is valid and never runs",
    wat: `(func (export "f") (result i32)
      (block (result i32) (br 0 (i32.const 1)) (i32.add) (loop (br 0)) (unreachable)))
      (func (export "g") (result i32) (return (i32.const 2)) (call_indirect (result i32) (i32.const 0)))
      (table 1 funcref)`,
    calls: [gives("f", [], 1), gives("g", [], 2)],
  },
  {
    title: "if without else, with results, and with a branch to its end",
    wat: `(func (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (br 0 (i32.const 1)))
        (else (block (br_if 1 (i32.const 2) (i32.const 1)) (drop)) (i32.const 3))))`,
    calls: [gives("f", [5], 1), gives("f", [0], 2)],
  },
  {
    title: "select takes both operands and looks at its condition as a whole number",
    wat: `(func (export "f") (param i32) (result i64) (select (i64.const 1) (i64.const 2) (local.get 0)))`,
    calls: [gives("f", [0], 2n), gives("f", [-1], 1n), gives("f", [1 << 31], 1n)],
  },
  {
    title: "operands are taken from left to right",
    wat: `(global $g (mut i32) (i32.const 0))
      (func $next (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g))
      (func (export "f") (result i32) (i32.sub (i32.mul (call $next) (i32.const 10)) (call $next)))`,
    calls: [gives("f", [], 8), gives("f", [], 26)],
  },
];
