/** Whatever a guest does, its callbacks end as done, refused, or with a fault that is its own. */
import type { BuiltImage } from "@rockpool/runtime/image/image.js";
import { type Guest, InitializationError } from "@rockpool/runtime/instance/guest.js";
import type { BytesOutcome, Outcome } from "@rockpool/runtime/instance/outcome.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { drive } from "../../oracle/drive.ts";
import type { Input } from "../../oracle/input.ts";
import { Violation } from "../violation.ts";
import type { CheckingHost } from "./checkingHost.ts";
import type { Subject } from "./subject.ts";

/** An instance; null when the module fails before its first callback. */
export function makeContained(
  subject: Subject,
  module: WebAssembly.Module,
  image: BuiltImage,
  host: CheckingHost,
): Guest | null {
  try {
    return subject.make(module, image.info, host);
  } catch (error) {
    if (error instanceof InitializationError && error.code !== "internal") return null;
    throw new Violation(`instantiation threw ${String((error as Error).stack)}`);
  }
}

/** Runs inputs up to the first fault. */
export function runContained(
  guest: Guest,
  host: CheckingHost,
  inputs: readonly Input[],
): Outcome | BytesOutcome | null {
  const room = new RoomGuest(guest);
  const pages = guest.bytes.length;
  let last: Outcome | BytesOutcome | null = null;
  for (const input of inputs) {
    try {
      last = drive(room, input);
    } catch (error) {
      throw new Violation(`${input.call} threw ${String((error as Error).stack)}`);
    }
    host.takeNotes();
    if (host.violations.length > 0)
      throw new Violation(`the binder let through ${host.violations.join("; ")}`);
    if (!Number.isSafeInteger(guest.fuelUsed) || guest.fuelUsed < 0) {
      throw new Violation(`${input.call} used ${guest.fuelUsed} units of fuel`);
    }
    if (last.status !== "fault") continue;
    if (last.code === "internal") throw new Violation(`${input.call}: ${last.message}`);
    if (guest.reusable) throw new Violation(`an instance that failed in ${input.call} would be reused`);
    break;
  }
  if (guest.bytes.length !== pages && guest.reusable)
    throw new Violation("an instance that grew would be reused");
  return last;
}
