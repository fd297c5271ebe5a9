/**
 * Takes a live room to another version of its code, between two callbacks: `save` on the old, `restore` on a
 * pristine instance of the new one. All that is the host's (players, seats, timers, room time, random numbers,
 * values, listing, what is kept for resumes) stays where it is.
 *
 * `save` runs on a copy of the old guest. So whatever comes of the attempt, a trap in `save` included, the old
 * guest has not been touched and goes on, and a replay of its inputs still leads to where it stands.
 */
import type { Manifest } from "@rockpool/protocol";
import type { Guest } from "../../instance/guest.ts";
import { setGlobals, valuesOf } from "../../snapshot/globals.ts";
import { faultText } from "../failure.ts";
import type { RoomMachine } from "../roomMachine.ts";
import type { RoomOrigin } from "../roomOrigin.ts";
import type { RoomState } from "../roomState.ts";
import type { Turns } from "../turn.ts";
import type { RoomHistory } from "./history.ts";

/** The room that is taken over. */
export interface MigratingRoom {
  readonly state: RoomState;
  /** Key of the network address that made it. */
  readonly address: string;
  readonly machine: RoomMachine;
  readonly record: { readonly history: RoomHistory };
  readonly turns: Turns;
  /** Lets the effects of `restore` take place and goes on as a room of the other version. Ends the turn. */
  follow(origin: RoomOrigin): void;
}

/** The version that rooms are taken to. */
export interface NextVersion {
  readonly manifest: Manifest;
  claim(): Guest;
  release(guest: Guest): void;
  /** What a room of it is made from, when its inputs go on behind this one. */
  origin(room: MigratingRoom, guest: Guest, sequence: number): RoomOrigin;
}

/**
 * Why a room stays as it is: `durability` (the versions differ in it), `over-limits` (it holds more than the new
 * limits allow), or its code refused or failed.
 */
export type KeptCode =
  | "durability"
  | "over-limits"
  | "save-refused"
  | "save-failed"
  | "restore-refused"
  | "restore-failed";

export type Migration =
  | {
      readonly status: "migrated";
      /** The guest that the room does not need any more. */
      readonly freed: Guest;
      readonly fuel: number;
    }
  | {
      readonly status: "kept";
      readonly code: KeptCode;
      /** May be the guest's words: untrusted text. */
      readonly reason: string;
      readonly fuel: number;
    };

/**
 * Takes a room over. It must be open and not busy, and no turn may be running. Throws only what making or growing a
 * memory throws, and then nothing has happened.
 * @param copy a guest of the room's present version with a memory no larger than the room's; it is overwritten.
 */
export function migrate(room: MigratingRoom, next: NextVersion, copy: Guest): Migration {
  const { machine, turns } = room;
  const misfit = misfitOf(machine.state, next.manifest);
  if (misfit !== null) return { status: "kept", ...misfit, fuel: 0 };
  copyGuest(machine.guest, copy);
  const guest = next.claim();
  turns.begin();
  const saved = machine.save(copy);
  let fuel = machine.lastFuel;
  if (saved.status !== "bytes") {
    next.release(guest);
    turns.end();
    return saved.status === "refused"
      ? { status: "kept", code: "save-refused", reason: saved.reason, fuel }
      : { status: "kept", code: "save-failed", reason: faultText(saved), fuel };
  }
  const freed = machine.guest;
  const restored = machine.restore(guest, saved.bytes, next.manifest);
  fuel += machine.lastFuel;
  if (restored.status !== "done") {
    next.release(guest);
    turns.end();
    return restored.status === "refused"
      ? { status: "kept", code: "restore-refused", reason: restored.reason, fuel }
      : { status: "kept", code: "restore-failed", reason: faultText(restored), fuel };
  }
  room.follow(next.origin(room, guest, room.record.history.journal.sequence));
  return { status: "migrated", freed, fuel };
}

/** Whether a guest's state can be copied into this one: memories grow and never shrink. */
export function canHold(copy: Guest, original: Guest): boolean {
  return !copy.failed && copy.bytes.length <= original.bytes.length;
}

/** Memory and globals are all there is of a guest (the pipeline sees to it). */
function copyGuest(from: Guest, to: Guest): void {
  const missing = (from.bytes.length - to.bytes.length) / 65_536;
  if (missing > 0) to.memory.grow(missing);
  to.bytes.set(from.bytes);
  setGlobals(to, valuesOf(from));
}

/** What of a room the new manifest has no place for. */
function misfitOf(state: RoomState, next: Manifest): { code: KeptCode; reason: string } | null {
  const { durability } = state.manifest;
  if (durability !== next.durability) {
    const reason = `its durability is ${durability}, that of the new version ${next.durability}`;
    return { code: "durability", reason };
  }
  const over = overLimits(state, next);
  return over === null ? null : { code: "over-limits", reason: over };
}

function overLimits({ seats, timers, values, listing }: RoomState, next: Manifest): string | null {
  const { limits } = next;
  const held: [what: string, has: number, limit: number][] = [
    ["players (maxPlayers)", seats.size, next.maxPlayers],
    ["pending timers (timers)", timers.size, limits.timers],
    ["values (values)", values.size, limits.values],
    [
      "bytes in a value (valueBytes)",
      largest(values.entries().map(([, { length }]) => length)),
      limits.valueBytes,
    ],
    ["listing pairs (listingPairs)", listing.size, limits.listingPairs],
    [
      "bytes that a player may still be sent again (resumeBytes)",
      largest(seats.all().map(({ outgoing }) => outgoing.bytes)),
      limits.resumeBytes,
    ],
  ];
  const over = held.find(([, has, limit]) => has > limit);
  return over === undefined ? null : `it has ${over[1]} ${over[0]}; the new version allows ${over[2]}`;
}

function largest(sizes: readonly number[]): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}
