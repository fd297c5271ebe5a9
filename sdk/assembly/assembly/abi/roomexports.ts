/**
 * The callbacks of world `game-room` as core exports of the canonical ABI. The build renames `room_join` to
 * `rockpool:game/room@0.1.0#join` and so on, names that AssemblyScript cannot spell.
 */
import { Claims } from "../claims";
import { Reader } from "../reader";
import { LeaveReason, Room } from "../room";
import { takeRefusal } from "../refusal";
import { Writer } from "../writer";
import { finish } from "./finish";
import { accepted, answered } from "./results";

export { cabi_realloc } from "./arena";

let makeRoom: (() => Room) | null = null;
let current: Room | null = null;
const input: Reader = new Reader();
const claims: Claims = new Claims();
let state: Writer | null = null;

/** Says how to make the game's room. Runs at the top level, where no host call is allowed: it is made later. */
export function bindRoom(make: () => Room): void {
  makeRoom = make;
}

function room(): Room {
  const made = current;
  if (made) return made;
  const fresh = makeRoom!();
  current = fresh;
  return fresh;
}

function done(): void {
  takeRefusal();
  finish();
}

function settled(): usize {
  const result = accepted();
  finish();
  return result;
}

export function room_create(config: usize, length: usize): usize {
  room().onCreate(input.open(config, <i32>length));
  return settled();
}

export function room_join(player: u32, pairs: usize, count: usize): usize {
  room().onJoin(player, claims.open(pairs, <i32>count));
  return settled();
}

export function room_message(player: u32, data: usize, length: usize): void {
  room().onMessage(player, input.open(data, <i32>length));
  done();
}

export function room_tick(dtMs: f64): void {
  room().onTick(dtMs);
  done();
}

export function room_timer(id: u32): void {
  room().onTimer(id);
  done();
}

export function room_drop(player: u32): void {
  room().onDrop(player);
  done();
}

export function room_rejoin(player: u32): void {
  room().onRejoin(player);
  done();
}

export function room_leave(player: u32, why: u32): void {
  room().onLeave(player, <LeaveReason>why);
  done();
}

export function room_fault(what: usize, length: usize): void {
  room().onFault(input.open(what, <i32>length).text());
  done();
}

export function room_save(): usize {
  let out = state;
  if (!out) {
    out = new Writer(256);
    state = out;
  }
  room().onSave(out.clear());
  const result = answered(out);
  finish();
  return result;
}

export function room_restore(data: usize, length: usize): usize {
  room().onRestore(input.open(data, <i32>length));
  return settled();
}

export function room_close(): void {
  room().onClose();
  done();
}
