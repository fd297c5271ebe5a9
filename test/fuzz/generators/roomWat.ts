/** Writes room functions in WebAssembly's text format: correct in all that a test does not change. */
import { GAME_ROOM } from "@rockpool/runtime/image/world.js";
import { type FunctionType, VALUE_TYPE } from "@rockpool/runtime/wasm/module.js";

/** Bodies by callback, by `realloc`, `initialize`, or `post` (behind `create`); `imports` and `extra` are further ones. */
export type Bodies = Readonly<Record<string, string>>;

const TYPE_NAMES = new Map<number, string>([
  [VALUE_TYPE.i32, "i32"],
  [VALUE_TYPE.i64, "i64"],
  [VALUE_TYPE.f64, "f64"],
]);
const ROOM = "rockpool:game/room@0.1.0";
/** Address of an `ok` result: zeros. */
const OK = 64;
const BUMP = `(global.set $heap (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
  (global.get $heap) (global.set $heap (i32.add (global.get $heap) (local.get 3)))`;

/** Functions are `$send`, `$kick` and so on; `$heap` is where the heap ends. Addresses below 4096 are free. */
export function roomWat(bodies: Bodies): string {
  const lines = [...GAME_ROOM.imports].map(
    ([name, type]) => `(import "rockpool:game/host@0.1.0" "${name}" (func $${name} ${signatureText(type)}))`,
  );
  lines.push(
    bodies.imports ?? "",
    '(memory (export "memory") 1)',
    "(global $heap (mut i32) (i32.const 4096))",
    bodies.extra ?? "",
  );
  const realloc = bodies.realloc ?? BUMP;
  lines.push(`(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${realloc})`);
  for (const [name, type] of GAME_ROOM.callbacks) {
    const body = bodies[name] ?? (type.results.length > 0 ? `(i32.const ${OK})` : "");
    lines.push(`(func (export "${ROOM}#${name}") ${signatureText(type)} ${body})`);
  }
  if (bodies.post) lines.push(`(func (export "cabi_post_${ROOM}#create") (param i32) ${bodies.post})`);
  if (bodies.initialize) lines.push(`(func (export "_initialize") ${bodies.initialize})`);
  return `(module ${lines.join("\n")})`;
}

function signatureText(type: FunctionType): string {
  const names = (codes: readonly number[]) => codes.map((code) => TYPE_NAMES.get(code)!).join(" ");
  const params = type.params.length > 0 ? `(param ${names(type.params)})` : "";
  return type.results.length > 0 ? `${params} (result ${names(type.results)})` : params;
}
