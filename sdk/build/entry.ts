/**
 * The entry file that the compiler sees: it binds the game to the SDK's exports. It exists only in memory; the
 * folder holds nothing but the developer's files.
 */
import type { Manifest } from "@rockpool/protocol";

/** A name no developer's file has. */
export const ENTRY_FILE = "rockpool-entry.ts";

/** Without the `room_` of exports and the `on` of methods. */
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
];

export function entrySource(kind: Manifest["kind"]): string {
  if (kind === "call") {
    return [
      'import { handle } from "./assembly/index";',
      'import { bindCall } from "@rockpool/assembly/abi/callexports";',
      'export { cabi_realloc, call_handle } from "@rockpool/assembly/abi/callexports";',
      "bindCall(handle);",
    ].join("\n");
  }
  const exported = ROOM_CALLBACKS.map((name) => `room_${name}`).join(", ");
  return [
    'import Game from "./assembly/index";',
    'import { Room } from "@rockpool/assembly";',
    'import { bindRoom } from "@rockpool/assembly/abi/roomexports";',
    `export { cabi_realloc, ${exported} } from "@rockpool/assembly/abi/roomexports";`,
    "bindRoom((): Room => new Game());",
  ].join("\n");
}

/** The core export name that the canonical ABI wants for one that AssemblyScript can spell. */
export function worldExportName(name: string): string {
  if (name === "call_handle") return "handle";
  return name.startsWith("room_") ? `rockpool:game/room@0.1.0#${name.slice("room_".length)}` : name;
}

/** What to say of assembly/index.ts at an error in the entry, which the developer never sees. */
export const ENTRY_RULE: Record<Manifest["kind"], string> = {
  room: "must `export default class … extends Room`, with no parameters in its constructor",
  call: "must `export function handle(request: Reader, response: Writer): void`",
};
