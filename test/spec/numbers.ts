/** Integers, floats, NaNs, vectors. */
import { gives, type SpecCase, traps } from "./specCase.ts";

export const NUMBERS: readonly SpecCase[] = [
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
