/** Guests that break the contract in one way each, and what the binder must make of them. */
import type { FaultCode } from "@rockpool/runtime/instance/outcome.js";
import type { Bodies } from "./roomWat.ts";

export interface HostileGuest {
  readonly name: string;
  readonly bodies: Bodies;
  /** The callback that misbehaves. */
  readonly call: "create" | "message" | "save";
  /** How it must end; `initialization` when no instance may come to be. */
  readonly ends: FaultCode | "done" | "refused" | "initialization";
}

const message = (
  name: string,
  body: string,
  ends: HostileGuest["ends"],
  more: Bodies = {},
): HostileGuest => ({
  name,
  bodies: { message: body, ...more },
  call: "message",
  ends,
});
const create = (name: string, bodies: Bodies, ends: HostileGuest["ends"]): HostileGuest => ({
  name,
  bodies,
  call: "create",
  ends,
});
const save = (name: string, body: string, ends: HostileGuest["ends"]): HostileGuest => ({
  name,
  bodies: { save: body },
  call: "save",
  ends,
});

const FOREVER = "(loop (br 0))";
const SEND = "(call $send (i32.const 1) (i32.const 0) (i32.const 8))";
const PLAYERS = "(call $players (i32.const 128))";
const RECURSE = `(func $down (param i32) (result i32)
  (i32.add (i32.const 1) (call $down (i32.add (local.get 0) (i32.const 1)))))`;
/** A result at 128: discriminant, pointer, length. */
const result = (discriminant: number, at: number, length: number) =>
  `(i32.store8 (i32.const 128) (i32.const ${discriminant})) (i32.store (i32.const 132) (i32.const ${at}))
   (i32.store (i32.const 136) (i32.const ${length})) (i32.const 128)`;

export const HOSTILE_GUESTS: readonly HostileGuest[] = [
  message(
    "sends from behind its memory",
    "(call $send (i32.const 1) (i32.const 65536) (i32.const 1))",
    "abi",
  ),
  message(
    "sends over the end of its memory",
    "(call $send (i32.const 1) (i32.const 65535) (i32.const 2))",
    "abi",
  ),
  message("sends from a negative address", "(call $send (i32.const 1) (i32.const -8) (i32.const 4))", "abi"),
  message("sends a range that wraps at 4 GiB", "(call $broadcast (i32.const -4) (i32.const 8))", "abi"),
  message("sends 4 GiB", "(call $broadcast (i32.const 0) (i32.const -1))", "out-of-fuel"),
  message("sends nothing from the very end", "(call $broadcast (i32.const 65536) (i32.const 0))", "done"),
  message("sends nothing from behind the end", "(call $broadcast (i32.const 65537) (i32.const 0))", "abi"),
  message(
    "kicks with text that is not UTF-8",
    "(i32.store8 (i32.const 0) (i32.const 255)) (call $kick (i32.const 1) (i32.const 0) (i32.const 1))",
    "abi",
  ),
  message(
    "logs half a surrogate pair",
    "(i32.store (i32.const 0) (i32.const 0x80a0ed)) (call $log (i32.const 1) (i32.const 0) (i32.const 3))",
    "abi",
  ),
  message(
    "logs at a level that is not there",
    "(call $log (i32.const 4) (i32.const 0) (i32.const 1))",
    "abi",
  ),
  message("logs at a negative level", "(call $log (i32.const -1) (i32.const 0) (i32.const 1))", "abi"),
  message("locks with a number", "(call $lock (i32.const 7))", "done"),
  message(
    "puts a value from behind its memory",
    "(call $put (i32.const 0) (i32.const 1) (i32.const 65500) (i32.const 99))",
    "abi",
  ),
  message("wants players at an odd address", "(call $players (i32.const 130))", "abi"),
  message("wants players over the end", "(call $players (i32.const 65532))", "abi"),
  message("wants a value over the end", "(call $get (i32.const 0) (i32.const 1) (i32.const 65528))", "abi"),
  message("wants its name behind the end", "(call $room (i32.const -4))", "abi"),
  message("allocates behind its memory", "", "abi", { realloc: "(i32.const 65536)" }),
  message("allocates at a negative address", "", "abi", { realloc: "(i32.const -1)" }),
  message("allocates players at an odd address", PLAYERS, "abi", {
    realloc:
      "(if (result i32) (i32.eq (local.get 2) (i32.const 4)) (then (i32.const 514)) (else (i32.const 512)))",
  }),
  message("allocates over the result area", PLAYERS, "done", { realloc: "(i32.const 128)" }),
  message("traps while it allocates for a host call", PLAYERS, "trap", {
    realloc: "(if (i32.eq (local.get 2) (i32.const 4)) (then unreachable)) (i32.const 512)",
  }),
  message("calls its host while it allocates", "", "abi", { realloc: `${SEND} (i32.const 512)` }),
  message("calls its host while it allocates for a host call", PLAYERS, "abi", {
    realloc: `${PLAYERS} (i32.const 512)`,
  }),
  message("grows its memory while it allocates", `${PLAYERS} ${SEND}`, "done", {
    realloc: "(i32.shl (memory.grow (i32.const 1)) (i32.const 16))",
  }),
  message("allocates for ever", "", "out-of-fuel", { realloc: `${FOREVER} (i32.const 512)` }),
  message("recurses while it allocates for a host call", PLAYERS, "too-deep", {
    extra: RECURSE,
    realloc:
      "(if (result i32) (i32.eq (local.get 2) (i32.const 4)) (then (call $down (i32.const 0))) (else (i32.const 512)))",
  }),
  message(
    "goes on after a fault",
    `(call $lock (i32.const 1)) (call $kick (i32.const 1) (i32.const -9) (i32.const 1)) ${SEND}`,
    "abi",
  ),
  message("loops for ever", FOREVER, "out-of-fuel"),
  message("recurses for ever", "(drop (call $down (i32.const 0)))", "too-deep", { extra: RECURSE }),
  message("asks the time for ever", "(loop (drop (call $now)) (br 0))", "out-of-fuel"),
  message(
    "reads the same value for ever",
    `(call $put (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 32768))
     (loop (call $get (i32.const 0) (i32.const 1) (i32.const 128)) (br 0))`,
    "out-of-fuel",
    { realloc: "(i32.const 4096)" },
  ),
  message("grows its memory for ever", "(loop (drop (memory.grow (i32.const 1))) (br 0))", "out-of-fuel"),
  message("executes unreachable", "unreachable", "trap"),
  message("reads behind its memory", "(drop (i64.load (i32.const 65530)))", "trap"),
  message("divides by zero", "(drop (i32.div_u (i32.const 1) (i32.const 0)))", "trap"),
  message("calls an empty slot of its table", "(call_indirect (i32.const 0))", "trap", {
    extra: "(table 1 funcref)",
  }),
  create("traps in its post-return", { post: "unreachable" }, "trap"),
  create("calls its host from its post-return", { post: SEND }, "abi"),
  create("never returns from its post-return", { post: FOREVER }, "out-of-fuel"),
  create("answers at an odd address", { create: "(i32.const 66)" }, "abi"),
  create("answers over the end", { create: "(i32.const 65528)" }, "abi"),
  create("answers at a negative address", { create: "(i32.const -4)" }, "abi"),
  create("answers neither ok nor error", { create: result(2, 0, 0) }, "abi"),
  create("refuses with text behind its memory", { create: result(1, 65530, 7) }, "abi"),
  create("refuses with text of 4 GiB", { create: result(1, 0, -1) }, "abi"),
  create("refuses with all of its memory", { create: result(1, 4096, 60_000) }, "refused"),
  create(
    "refuses with text that is not UTF-8",
    { create: `(i32.store8 (i32.const 4096) (i32.const 254)) ${result(1, 4096, 3)}` },
    "abi",
  ),
  save("saves from behind its memory", result(0, 65535, 2), "abi"),
  save("saves at 4 GiB", result(0, -1, 1), "abi"),
  create("traps in its initialisation", { initialize: "unreachable" }, "initialization"),
  create("never ends its initialisation", { initialize: FOREVER }, "initialization"),
  create(
    "recurses in its initialisation",
    { extra: RECURSE, initialize: "(drop (call $down (i32.const 0)))" },
    "initialization",
  ),
  create("calls its host from its initialisation", { initialize: SEND }, "initialization"),
  create(
    "calls its host from its start function",
    { extra: `(func $start ${SEND}) (start $start)` },
    "initialization",
  ),
  create(
    "has a data segment behind its memory",
    { extra: '(data (i32.const 65534) "abc")' },
    "initialization",
  ),
  create(
    "has more functions than its table",
    { extra: "(table 1 funcref) (elem (i32.const 1) $x) (func $x)" },
    "initialization",
  ),
];
