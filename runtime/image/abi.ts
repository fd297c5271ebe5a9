/**
 * The shape of an image's core module. Whatever mangling a component used (`cm32p2|rockpool:game/room@0.1|join`,
 * `rockpool:game/room@0.1.0#join`), the pipeline renames its imports and exports to these, so that the
 * instance side knows one set of names.
 */
import type { HostEntry } from "../wasm/plan.ts";

/** Module name of every import: the host functions of the world, under their WIT names. */
export const HOST_MODULE = "host";

/** Exports that are not callbacks. */
export const ABI = {
  memory: "memory",
  /** `cabi_realloc`. */
  realloc: "realloc",
  /** Run once after instantiation, before anything else; absent when the module has none. */
  initialize: "initialize",
  /** Mutable i64: fuel left. Set before each callback; below zero, the callback has trapped. */
  fuel: "fuel",
  /** Mutable i32: call depth left, in units of frame size. Set before each callback. */
  depth: "depth",
} as const;

/** Exports that the pipeline appends: what is called most, with its part of the accounting (wasm/hostEntries.ts). */
export const ENTRY = {
  /** `cabi_realloc` as the first call of a callback: takes the callback's fuel before its own arguments. */
  openingRealloc: "realloc-opening",
  /** `message` as the last call of a callback: answers the fuel that is left. */
  closingMessage: "message-closing",
  /** `tick` as the only call of a callback: takes its fuel before its own argument, answers what is left. */
  wholeTick: "tick-whole",
} as const;

/** The same as the rewriter takes them. A module of world `game-call` gets the first. */
export const HOST_ENTRIES: readonly HostEntry[] = [
  { of: ABI.realloc, name: ENTRY.openingRealloc, opens: true, closes: false },
  { of: "message", name: ENTRY.closingMessage, opens: false, closes: true },
  { of: "tick", name: ENTRY.wholeTick, opens: true, closes: true },
];

/**
 * Export name of the module's n-th own mutable global: with memory, the whole state of an instance. All are i32 or
 * i64; a float is held as an integer of the same bits.
 */
export function globalExport(n: number): string {
  return `global${n}`;
}

/** Export name of a callback's post-return function; absent when the module has none. */
export function postExport(callback: string): string {
  return `${callback}-post`;
}

/** Callbacks of world `game-room`, exported under their WIT names. */
export const ROOM_CALLBACKS = [
  "create",
  "join",
  "message",
  "tick",
  "timer",
  "drop",
  "rejoin",
  "leave",
  "fault",
  "save",
  "restore",
  "close",
] as const;
export type RoomCallback = (typeof ROOM_CALLBACKS)[number];

/** The callback of world `game-call`. */
export const CALL_CALLBACK = "handle";
