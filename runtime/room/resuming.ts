/**
 * Who may have a seat back, and where both sides' counts of frames go on. A client counts what it received
 * under an epoch; when the room went back to an earlier state meanwhile, frames past that state's count are
 * contradicted, and the count goes on from there.
 */
import type { ResumeRequest } from "./lobby.ts";
import { readResumeToken } from "./resumeToken.ts";
import type { RoomState } from "./roomState.ts";
import type { PlayerSeat } from "./seat.ts";

/** Frames that a client may have kept for a resume, and may send again at once; the SDK's own bound. */
const MAX_AGAIN = 1024;

/** The seat that a token names, or null when it is gone or the token is too old. */
export function resumableSeat(state: RoomState, token: string): PlayerSeat | null {
  const claim = readResumeToken(state.identity.secret, token);
  if (claim === null) return null;
  const seat = state.seats.get(claim.player);
  if (seat === undefined || seat.leaving !== null || claim.serial < seat.oldestSerial) return null;
  // A room that went back to an earlier state has forgotten the tokens that it gave out after it.
  seat.serial = Math.max(seat.serial, claim.serial);
  seat.oldestSerial = claim.serial;
  return seat;
}

/** How many of the frames that this seat was sent in the room's present history the client has. */
export function knownFrames(state: RoomState, seat: PlayerSeat, resume: ResumeRequest): number {
  const most = resume.epoch === state.epoch ? seat.outgoing.sent : Math.min(seat.agreed, seat.outgoing.sent);
  return Math.min(resume.received, most);
}

/** How many frames beyond its rate a client may send after a resume: what its rate allowed while it was away. */
export function framesAgain(state: RoomState, seat: PlayerSeat, now: number): number {
  const absent = seat.graceUntil !== Number.POSITIVE_INFINITY;
  const awayMs = absent ? Math.max(0, now + state.manifest.grace * 1000 - seat.graceUntil) : 0;
  return Math.min(MAX_AGAIN, Math.ceil((seat.messageRate * (awayMs + 1000)) / 1000));
}
