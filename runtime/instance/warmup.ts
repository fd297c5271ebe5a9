/**
 * Runs the callbacks of an image once on a throw-away guest before it serves: the first calls of code that no cache
 * holds yet take several times as long as later ones, and a player's first message would pay for them.
 */
import type { Guest } from "./guest.ts";
import { RoomGuest } from "./roomGuest.ts";
import type { RoomHost, Verdict } from "./roomHost.ts";

function take(): Verdict {
  return "ok";
}

/** A host for guests that serve no room: it takes every effect and keeps none. */
export class DiscardingHost implements RoomHost {
  readonly send: RoomHost["send"] = take;
  readonly broadcast: RoomHost["broadcast"] = take;
  readonly broadcastExcept: RoomHost["broadcastExcept"] = take;
  readonly kick: RoomHost["kick"] = take;
  readonly setTimer: RoomHost["setTimer"] = take;
  readonly clearTimer: RoomHost["clearTimer"] = take;
  readonly setTickRate: RoomHost["setTickRate"] = take;
  readonly setListing: RoomHost["setListing"] = take;
  readonly lock: RoomHost["lock"] = take;
  readonly end: RoomHost["end"] = take;
  readonly put: RoomHost["put"] = take;
  readonly delete: RoomHost["delete"] = take;
  readonly log: RoomHost["log"] = take;
  readonly players: RoomHost["players"] = () => [1];
  readonly roomName: RoomHost["roomName"] = () => "warmup";
  readonly now: RoomHost["now"] = () => 0n;
  readonly random: RoomHost["random"] = () => 0n;
  readonly get: RoomHost["get"] = () => null;
}

export const discardingHost: RoomHost = new DiscardingHost();

const NOTHING = new Uint8Array(0);
const SOME = new Uint8Array(16);

/** Outcomes do not matter here: a game may well refuse an empty message. */
export function warmRoom(guest: Guest): void {
  const room = new RoomGuest(guest);
  room.create(NOTHING);
  room.join(1, []);
  room.message(1, SOME, 0);
  room.tick(50);
  room.leave(1, 0);
}
