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

const gives = (name: string, args: readonly Value[], ...results: Value[]): Call => ({
  name,
  args,
  gives: results,
});
const traps = (name: string, ...args: Value[]): Call => ({ name, args, gives: "trap" });

const CONTROL: readonly SpecCase[] = [
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

const CALLS: readonly SpecCase[] = [
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

const MEMORY: readonly SpecCase[] = [
  {
    title: "loads and stores at the end of memory, and an effective address that does not wrap",
    wat: `(func (export "load") (param i32) (result i32) (i32.load offset=4 (local.get 0)))
      (func (export "store") (param i32) (i64.store8 offset=65535 (local.get 0) (i64.const 0x1ff)))
      (func (export "byte") (result i32) (i32.load8_u (i32.const 65535)))`,
    calls: [
      gives("load", [65528], 0),
      traps("load", 65529),
      traps("load", -4),
      gives("store", [0]),
      gives("byte", [], 255),
      traps("store", 1),
      traps("store", -1),
    ],
  },
  {
    title: "memory.grow answers the old size, or -1 past the maximum, and adds zeros",
    wat: `(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "size") (result i32) (memory.size))
      (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))`,
    calls: [
      traps("load", 65536),
      gives("grow", [0], 1),
      gives("grow", [1], 1),
      gives("load", [131068], 0),
      gives("grow", [2], -1),
      gives("size", [], 2),
      gives("grow", [1], 2),
      gives("grow", [1], -1),
    ],
  },
  {
    title: "memory.fill writes all or nothing",
    wat: `(func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
      (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))`,
    calls: [
      gives("fill", [10, 0x1ab, 4]),
      gives("load", [8], 0xabababab0000n),
      traps("fill", 65530, 1, 7),
      gives("load", [65528], 0n),
      gives("fill", [65536, 1, 0]),
      traps("fill", 65537, 1, 0),
      traps("fill", 0, 1, -1),
      gives("load", [0], 0n),
    ],
  },
  {
    title: "memory.copy copies overlapping ranges both ways, and all or nothing",
    wat: `(func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
      (func (export "set") (i64.store (i32.const 0) (i64.const 0x0807060504030201)))
      (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))`,
    calls: [
      gives("set", []),
      gives("copy", [2, 0, 6]),
      gives("load", [0], 0x0605040302010201n),
      gives("copy", [0, 2, 6]),
      gives("load", [0], 0x0605060504030201n),
      traps("copy", 65532, 0, 5),
      traps("copy", 0, 65532, 5),
      gives("copy", [65536, 65536, 0]),
      traps("copy", 65537, 0, 0),
      gives("load", [65528], 0n),
    ],
  },
  {
    title: "narrow loads extend, and unaligned ones work",
    wat: `(data (i32.const 3) "\\ff\\80\\7f\\01")
      (func (export "s8") (result i32) (i32.load8_s (i32.const 3)))
      (func (export "u16") (result i32) (i32.load16_u (i32.const 3)))
      (func (export "s32") (result i64) (i64.load32_s align=1 (i32.const 1)))`,
    calls: [gives("s8", [], -1), gives("u16", [], 0x80ff), gives("s32", [], BigInt.asIntN(32, 0x80ff0000n))],
  },
  {
    title: "mutable globals of every number type keep their values between calls",
    wat: `(global $i (mut i32) (i32.const -7)) (global $l (mut i64) (i64.const 1)) (global $f (mut f32) (f32.const 0.5))
      (global $d (mut f64) (f64.const 0.1)) (global $c i32 (i32.const 3))
      (func (export "step")
        (global.set $i (i32.add (global.get $i) (global.get $c))) (global.set $l (i64.shl (global.get $l) (i64.const 40)))
        (global.set $f (f32.mul (global.get $f) (f32.const 3))) (global.set $d (f64.add (global.get $d) (f64.const 0.2))))
      (func (export "all") (result i32 i64 f32 f64) (global.get $i) (global.get $l) (global.get $f) (global.get $d))`,
    calls: [
      gives("all", [], -7, 1n, 0.5, 0.1),
      gives("step", []),
      gives("all", [], -4, 1n << 40n, 1.5, 0.30000000000000004),
    ],
  },
];

const NUMBERS: readonly SpecCase[] = [
  {
    title: "integer division and remainder trap where they must",
    wat: `(func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
      (func (export "rem") (param i64 i64) (result i64) (i64.rem_s (local.get 0) (local.get 1)))`,
    calls: [
      gives("div", [-7, 2], -3),
      traps("div", 1, 0),
      traps("div", -2147483648, -1),
      gives("rem", [-(2n ** 63n), -1n], 0n),
      traps("rem", 1n, 0n),
    ],
  },
  {
    title: "conversions from floats trap or saturate",
    wat: `(func (export "trunc") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
      (func (export "sat") (param f64) (result i64) (i64.trunc_sat_f64_u (local.get 0)))`,
    calls: [
      gives("trunc", [-2147483648.9], -2147483648),
      traps("trunc", 2147483648),
      traps("trunc", Number.NaN),
      gives("sat", [Number.NaN], 0n),
      gives("sat", [-1], 0n),
      gives("sat", [1e300], -1n),
    ],
  },
  {
    title: "NaNs propagate, compare as unequal, and zero keeps its sign",
    wat: `(func (export "add") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1)))
      (func (export "eq") (param f64) (result i32) (f64.eq (local.get 0) (local.get 0)))
      (func (export "min") (param f64 f64) (result f64) (f64.min (local.get 0) (local.get 1)))
      (func (export "nearest") (param f64) (result f64) (f64.nearest (local.get 0)))`,
    calls: [
      gives("add", [Infinity, -Infinity], Number.NaN),
      gives("eq", [Number.NaN], 0),
      gives("min", [-0, 0], -0),
      gives("min", [1, Number.NaN], Number.NaN),
      gives("nearest", [2.5], 2),
      gives("nearest", [-0.4], -0),
    ],
  },
  {
    title: "bits of a NaN survive memory, locals and reinterpretation",
    wat: `(func (export "f") (param i64) (result i64) (local f64)
      (i64.store (i32.const 0) (local.get 0)) (local.set 1 (f64.load (i32.const 0)))
      (f64.store (i32.const 8) (local.get 1)) (i64.load (i32.const 8)))
      (func (export "neg") (param i64) (result i64) (i64.reinterpret_f64 (f64.neg (f64.reinterpret_i64 (local.get 0)))))`,
    calls: [
      gives("f", [0x7ff0000000000001n], 0x7ff0000000000001n),
      gives("neg", [0x7ff8000000000abcn], BigInt.asIntN(64, 0xfff8000000000abcn)),
    ],
  },
  {
    title: "vectors pass through locals, blocks and memory",
    wat: `(func (export "f") (param i32) (result i32) (local v128)
      (local.set 1 (block (result v128) (i32x4.add (i32x4.splat (local.get 0)) (v128.const i32x4 1 2 3 4))))
      (v128.store (i32.const 16) (local.get 1)) (i32x4.extract_lane 3 (v128.load (i32.const 16))))`,
    calls: [gives("f", [10], 14)],
  },
];

export const SPEC_CASES: readonly SpecCase[] = [...CONTROL, ...CALLS, ...MEMORY, ...NUMBERS];
