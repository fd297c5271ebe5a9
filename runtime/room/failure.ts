/** How a failed room is told: to its players without the guest's own words, to the log in full. */
import type { Fault } from "../instance/outcome.ts";
import type { Logger } from "../telemetry/guestLog.ts";
import type { RoomState } from "./roomState.ts";

/** The message of the 4003 close. */
export function failureText(fault: Fault): string {
  return `the room failed in ${fault.callback} (${fault.code})`;
}

/** What `fault` tells the game. */
export function faultText(fault: Fault): string {
  return `${fault.callback} failed (${fault.code}): ${fault.message}`;
}

/** An input that failed and was taken back. @param player whose input it was, or null. */
export function reportRollback(logger: Logger, state: RoomState, fault: Fault, player: number | null): void {
  const { callback, code, message } = fault;
  const fields = { function: state.manifest.name, room: state.name, player, callback, code, fault: message };
  logger.warn(fields, "input taken back");
}

/** @param player whose input it was; null for a tick, a timer and the room's own callbacks. */
export function reportFailure(logger: Logger, state: RoomState, fault: Fault, player: number | null): void {
  const { callback, code, message } = fault;
  const fields = { function: state.manifest.name, room: state.name, player, callback, code, fault: message };
  logger.error(fields, "room failed");
}
