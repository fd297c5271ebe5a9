/** Loads, stores, growth, bulk operators, globals. */
import { gives, type SpecCase, traps } from "./specCase.ts";

export const MEMORY: readonly SpecCase[] = [
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
