/** A reset instance equals a fresh one, so nothing of one room can reach the next. */
import type { Guest } from "@rockpool/runtime/instance/guest.js";
import { Violation } from "../violation.ts";

export function assertSameAsFresh(used: Guest, fresh: Guest): void {
  const [left, right] = [used.bytes, fresh.bytes];
  if (!Buffer.from(left.buffer).equals(Buffer.from(right.buffer))) {
    const at = left.findIndex((byte, n) => byte !== right[n]);
    throw new Violation(`after a reset, byte ${at} is ${left[at]}, not ${right[at]}`);
  }
  for (const [n, global] of used.globals.entries()) {
    if (!Object.is(global.value, fresh.globals[n]!.value)) {
      throw new Violation(`after a reset, global ${n} is ${global.value}, not ${fresh.globals[n]!.value}`);
    }
  }
}
