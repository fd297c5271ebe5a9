/**
 * Core signatures as text: `params>results`, one letter a value: i (i32), l (i64), d (f64). A list or string is two
 * i32; a result that takes more than one value is returned through a pointer.
 */
import { type FunctionType, VALUE_TYPE } from "../wasm/module.ts";

const LETTERS = new Map<string, number>([
  ["i", VALUE_TYPE.i32],
  ["l", VALUE_TYPE.i64],
  ["d", VALUE_TYPE.f64],
]);

export function signature(text: string): FunctionType {
  const [params = "", results = ""] = text.split(">");
  const types = (letters: string) => [...letters].map((letter) => LETTERS.get(letter)!);
  return { params: types(params), results: types(results) };
}

/** Signatures by function name. */
export function signatures(table: Readonly<Record<string, string>>): Map<string, FunctionType> {
  return new Map(Object.entries(table).map(([name, text]) => [name, signature(text)]));
}
