/** Calls, tables, traps, the start function. */
import { gives, type SpecCase, traps } from "./specCase.ts";

export const CALLS: readonly SpecCase[] = [
  {
    title: "recursion, direct and mutual",
    wat: `(func $fib (export "fib") (param i32) (result i32)
        (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
          (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
      (func $even (export "even") (param i64) (result i32)
        (if (result i32) (i64.eqz (local.get 0)) (then (i32.const 1)) (else (call $odd (i64.sub (local.get 0) (i64.const 1))))))
      (func $odd (param i64) (result i32)
        (if (result i32) (i64.eqz (local.get 0)) (then (i32.const 0)) (else (call $even (i64.sub (local.get 0) (i64.const 1))))))`,
    calls: [gives("fib", [15], 610), gives("even", [100n], 1), gives("even", [77n], 0)],
  },
  {
    title: "call_indirect checks index, presence and type, types by structure",
    wat: `(type $a (func (param i32) (result i32))) (type $b (func (param i32) (result i32)))
      (table 4 funcref) (elem (i32.const 0) $one $two $other)
      (func $one (type $a) (i32.add (local.get 0) (i32.const 1)))
      (func $two (type $b) (i32.add (local.get 0) (i32.const 2)))
      (func $other (result i64) (i64.const 3))
      (func (export "f") (param i32 i32) (result i32) (call_indirect (type $b) (local.get 1) (local.get 0)))`,
    calls: [
      gives("f", [0, 5], 6),
      gives("f", [1, 5], 7),
      traps("f", 2, 5),
      traps("f", 3, 5),
      traps("f", 4, 5),
      traps("f", -1, 5),
    ],
  },
  {
    title: "several results through direct and indirect calls",
    wat: `(type $pair (func (param i32 i32) (result i32 i32)))
      (table 1 funcref) (elem (i32.const 0) $swap)
      (func $swap (type $pair) (local.get 1) (local.get 0))
      (func (export "f") (param i32 i32) (result i32 i32)
        (call_indirect (type $pair) (call $swap (local.get 0) (local.get 1)) (i32.const 0)))`,
    calls: [gives("f", [1, 2], 1, 2)],
  },
  {
    title: "locals start as zero at every call",
    wat: `(func (export "f") (result i64) (local i64 f64 i32)
      (local.set 0 (i64.add (local.get 0) (i64.extend_i32_u (local.get 2)))) (local.set 2 (i32.const 7))
      (i64.add (local.get 0) (i64.reinterpret_f64 (local.get 1))))`,
    calls: [gives("f", [], 0n), gives("f", [], 0n)],
  },
  {
    title: "a trap leaves what was written before it",
    wat: `(global $g (mut i32) (i32.const 1))
      (func (export "f") (global.set $g (i32.const 2)) (i32.store (i32.const 8) (i32.const 3)) (unreachable))
      (func (export "g") (result i32 i32) (global.get $g) (i32.load (i32.const 8)))`,
    calls: [gives("g", [], 1, 0), traps("f"), gives("g", [], 2, 3)],
  },
  {
    title: "the start function runs once, before anything else",
    wat: `(global $g (mut i64) (i64.const 5)) (start $s)
      (func $s (global.set $g (i64.mul (global.get $g) (i64.const 3))))
      (func (export "f") (result i64) (global.get $g))`,
    calls: [gives("f", [], 15n), gives("f", [], 15n)],
  },
];
