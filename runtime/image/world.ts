/**
 * The worlds `game-room` and `game-call` of package `rockpool:game`, lowered by the canonical ABI: for every
 * host function and callback its core signature, and the names that components give it in both manglings,
 * `rockpool:game/room@0.1.0#join` (what wit-bindgen makes) and `cm32p2|rockpool:game/room@0.1|join`
 * (build-targets proposal of the component model).
 */
import { type FunctionType, VALUE_TYPE } from "../wasm/module.ts";
import { ABI, CALL_CALLBACK, postExport, ROOM_CALLBACKS, type RoomCallback } from "./abi.ts";
import { signature, signatures } from "./signatures.ts";

export interface World {
  readonly name: "game-room" | "game-call";
  readonly kind: "room" | "call";
  /** The interface that it exports; null when it exports functions directly. */
  readonly exportInterface: string | null;
  readonly importInterface: string;
  readonly imports: ReadonlyMap<string, FunctionType>;
  readonly callbacks: ReadonlyMap<string, FunctionType>;
}

const ROOM_SIGNATURES: Record<RoomCallback, string> = {
  create: "ii>i",
  join: "iii>i",
  message: "iii>",
  tick: "d>",
  timer: "i>",
  drop: "i>",
  rejoin: "i>",
  leave: "ii>",
  fault: "ii>",
  save: ">i",
  restore: "ii>i",
  close: ">",
};

export const GAME_ROOM: World = {
  name: "game-room",
  kind: "room",
  exportInterface: "room",
  importInterface: "host",
  imports: signatures({
    send: "iii>",
    broadcast: "ii>",
    "broadcast-except": "iii>",
    kick: "iii>",
    players: "i>",
    room: "i>",
    now: ">l",
    random: ">l",
    "set-timer": "ii>",
    "clear-timer": "i>",
    "set-tick-rate": "i>",
    "set-listing": "iiii>",
    lock: "i>",
    end: ">",
    get: "iii>",
    put: "iiii>",
    delete: "ii>",
    log: "iii>",
  }),
  callbacks: new Map(ROOM_CALLBACKS.map((name) => [name, signature(ROOM_SIGNATURES[name])])),
};

export const GAME_CALL: World = {
  name: "game-call",
  kind: "call",
  exportInterface: null,
  importInterface: "call-host",
  imports: signatures({ log: "iii>", now: ">l", random: ">l" }),
  callbacks: signatures({ [CALL_CALLBACK]: "ii>i" }),
};

export const WORLDS: readonly World[] = [GAME_ROOM, GAME_CALL];

/** An interface of ours in any version that is compatible with 0.1, as components name it. */
const INTERFACE = /^rockpool:game\/([a-z-]+)@0\.1\.\d+$/;
/** The same in mangling cm32p2, whose names carry only the compatible part of the version. */
const SHORT_INTERFACE = /^cm32p2\|rockpool:game\/([a-z-]+)@0\.1$/;

/** `host` of `rockpool:game/host@0.1.0`; null for what is not ours. */
export function interfaceName(text: string): string | null {
  return INTERFACE.exec(text)?.[1] ?? null;
}

/** The interface that a core import's module name stands for, in either mangling; null for what is not ours. */
export function importedInterface(module: string): string | null {
  return interfaceName(module) ?? SHORT_INTERFACE.exec(module)?.[1] ?? null;
}

/** A core export of a world, under the name that the image gives it. */
export interface KnownExport {
  readonly name: string;
  /** Null for the memory. */
  readonly type: FunctionType | null;
}

const FIXED_EXPORTS = new Map<string, KnownExport>();
for (const [names, name, type] of [
  [["memory", "cm32p2_memory"], ABI.memory, null],
  [["cabi_realloc", "cm32p2_realloc"], ABI.realloc, signature("iiii>i")],
  [["_initialize", "cm32p2_initialize"], ABI.initialize, signature(">")],
] as const) {
  for (const mangled of names) FIXED_EXPORTS.set(mangled, { name, type });
}

/** Both manglings of a callback: interface (empty for a function of the world itself), function, post-return. */
const LEGACY = /^(cabi_post_)?(?:([^#]+)#)?([a-z-]+)$/;
const SHORT = /^cm32p2\|([^|]*)\|([a-z-]+?)(_post)?$/;

/** What a core export of this name is to the world; null when it is nothing to it. */
export function knownExport(world: World, mangled: string): KnownExport | null {
  const fixed = FIXED_EXPORTS.get(mangled);
  if (fixed) return fixed;
  const callback = parseCallback(world, mangled);
  if (callback === null) return null;
  const type = world.callbacks.get(callback.name);
  if (!type) return null;
  if (!callback.post) return { name: callback.name, type };
  return { name: postExport(callback.name), type: { params: type.results, results: [] } };
}

function parseCallback(world: World, mangled: string): { name: string; post: boolean } | null {
  const short = SHORT.exec(mangled);
  if (short) {
    const exported = short[1] === "" ? null : importedInterface(`cm32p2|${short[1]}`);
    if (exported === null && short[1] !== "") return null;
    return exported === world.exportInterface ? { name: short[2]!, post: short[3] !== undefined } : null;
  }
  const legacy = LEGACY.exec(mangled);
  if (!legacy) return null;
  const exported = legacy[2] === undefined ? null : interfaceName(legacy[2]);
  if (exported === null && legacy[2] !== undefined) return null;
  return exported === world.exportInterface ? { name: legacy[3]!, post: legacy[1] !== undefined } : null;
}

/** Whether a component that exports this name targets the world. */
export function exportsWorld(world: World, exported: string): boolean {
  return world.exportInterface === null
    ? world.callbacks.has(exported)
    : interfaceName(exported) === world.exportInterface;
}

const TYPE_NAMES = new Map<number, string>(Object.entries(VALUE_TYPE).map(([name, code]) => [code, name]));

/** `(i32, i32) -> i32`, for messages. */
export function describeType(type: FunctionType): string {
  const names = (types: readonly number[]) => types.map((code) => TYPE_NAMES.get(code)).join(", ");
  return `(${names(type.params)}) -> ${type.results.length === 1 ? names(type.results) : `(${names(type.results)})`}`;
}
