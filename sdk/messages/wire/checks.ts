/** What the generated encoders say no to. Each answers the value, so that it can stand where the value is used. */
import { MessageError } from "./output.ts";

const RULES: Readonly<Record<string, string>> = {
  u8: "a whole number from 0 to 255",
  u16: "a whole number from 0 to 65535",
  u32: "a whole number from 0 to 4294967295",
  i8: "a whole number from -128 to 127",
  i16: "a whole number from -32768 to 32767",
  i32: "a whole number of 32 bits",
  u64: "a bigint from 0 to 2 ** 64 - 1",
  i64: "a bigint of 64 bits",
  f32: "a finite number within 32 bits",
  f64: "a finite number",
  bool: "true or false",
};

/** Throws what `rule`, the name of a scalar, asks for. */
export function misfit(field: string, rule: string, value: unknown): never {
  throw new MessageError(field, RULES[rule] ?? rule, value);
}

/** 0 or 1. */
export function bit(field: string, value: boolean): number {
  return value === true ? 1 : value === false ? 0 : misfit(field, "bool", value);
}

export function finite32(field: string, value: number): number {
  const rounded = Math.fround(value);
  return typeof value === "number" && rounded - rounded === 0 ? rounded : misfit(field, "f32", value);
}

export function finite64(field: string, value: number): number {
  return typeof value === "number" && value - value === 0 ? value : misfit(field, "f64", value);
}

export function unsigned64(field: string, value: bigint): bigint {
  return typeof value === "bigint" && value === BigInt.asUintN(64, value)
    ? value
    : misfit(field, "u64", value);
}

export function signed64(field: string, value: bigint): bigint {
  return typeof value === "bigint" && value === BigInt.asIntN(64, value)
    ? value
    : misfit(field, "i64", value);
}
