/**
 * Hashes of a room's state, between callbacks: of the memory, the globals, and of the host's state as much as
 * follows from the inputs alone. What depends on sockets, clocks and secrets (links, what clients have acknowledged,
 * resume tokens, fuel of inputs that were taken back) is left out.
 */
import { createHash } from "node:crypto";
import { ByteWriter } from "../../bytes/writer.ts";
import type { Guest } from "../../instance/guest.ts";
import type { StateHashes } from "../../recording/marks.ts";
import { valuesOf, writeGlobals } from "../../snapshot/globals.ts";
import { writePairs } from "../../snapshot/hostStateCodec.ts";
import type { RoomMachine } from "../roomMachine.ts";
import type { RoomState } from "../roomState.ts";

/** The hashes of the state now. */
export function hashesOf(machine: RoomMachine): StateHashes {
  return {
    memory: sha256(machine.guest.bytes),
    globals: hashGlobals(machine.guest),
    host: hashHost(machine.state),
  };
}

function hashGlobals(guest: Guest): Buffer {
  const out = new ByteWriter();
  writeGlobals(out, valuesOf(guest));
  return sha256(out.view);
}

function hashHost(state: RoomState): Buffer {
  const { seats, timers, time, values, listing } = state;
  const out = new ByteWriter();
  out.varint(seats.nextPlayer).varint(seats.size);
  for (const { player, dropped, received, outgoing, strikes } of seats.all()) {
    out
      .varint(player)
      .u8(dropped ? 1 : 0)
      .varint(received)
      .varint(outgoing.sent)
      .varint(strikes);
  }
  const pending = timers.entries().sort((a, b) => a.due - b.due || a.id - b.id);
  out.varint(pending.length);
  for (const { id, due } of pending) out.varint(id).varint(due);
  out.varint(time.ns).varint(time.anchorNs).varint(state.tickRate);
  for (const word of state.random.words) out.u32(word);
  out.varint(values.size);
  for (const [key, value] of values.entries()) out.text(key).bytes(value);
  writePairs(out, listing.entries());
  out.u8(state.locked ? 1 : 0);
  return sha256(out.view);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
