/**
 * `wasi:io/poll`: what can be waited for here is a standard stream, which is ready at any time. So there is one
 * handle for all, without state behind it, and waiting returns at once.
 */
import { lowerBytes, resultArea, running } from "../lowering.ts";

/** The handle of every pollable. */
export const READY = 4;
const HANDLE_BYTES = 4;

export const poll = {
  "[resource-drop]pollable"(): void {},
  "[method]pollable.ready"(): number {
    return running().admit(0) ? 1 : 0;
  },
  "[method]pollable.block"(): void {
    running().admit(0);
  },
  /** Indices of those that are ready: of all. */
  poll(from: number, count: number, result: number): void {
    const guest = running();
    const size = (count >>> 0) * HANDLE_BYTES;
    const at = result >>> 0;
    if (!guest.admit(size) || !guest.holds(from >>> 0, size) || !resultArea(guest, at, 8)) return;
    if (size === 0) {
      guest.fail("abi", "poll was given nothing to wait for");
      return;
    }
    const address = lowerBytes(guest, at, HANDLE_BYTES, size);
    for (let n = 0; address >= 0 && n < count >>> 0; n++) guest.writeU32(address + n * HANDLE_BYTES, n);
  },
};
