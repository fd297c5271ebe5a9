/** What all host functions do: find the running guest, lift text out of its memory, and lower results into it. */
import type { LimitName } from "@rockpool/protocol";
import { active, type Guest } from "./guest.ts";
import type { Verdict } from "./roomHost.ts";

/** The guest that has called the host. */
export function running(): Guest {
  return active.guest!;
}

export function settle(guest: Guest, verdict: Verdict): void {
  if (verdict !== "ok") overLimit(guest, verdict);
}

function overLimit(guest: Guest, limit: LimitName): void {
  guest.fail("limit", `over the limit "${limit}" (see "limits" in rockpool.json and docs/limits.md)`);
}

/** Runs `use` with text from guest memory, unless reading it was a fault. */
export function withText(at: number, length: number, use: (guest: Guest, text: string) => Verdict): void {
  const guest = running();
  if (!guest.admit(length >>> 0)) return;
  const text = guest.text(at >>> 0, length >>> 0);
  if (text !== null) settle(guest, use(guest, text));
}

/**
 * Takes space for bytes in guest memory and writes pointer and length at `at`; -1 after a fault. What goes to
 * the guest is charged as what comes from it: else a loop around `get` would copy gigabytes on one budget.
 */
export function lowerBytes(guest: Guest, at: number, align: number, size: number): number {
  if (!guest.admit(size)) return -1;
  let address: number;
  try {
    address = guest.allocate(align, size);
  } catch (error) {
    guest.trapped(error);
    return -1;
  }
  if (address < 0) return -1;
  guest.writeU32(at, address);
  guest.writeU32(at + 4, size / align);
  return address;
}

/** Whether `at` may take a result of `size` bytes. */
export function resultArea(guest: Guest, at: number, size: number, align = 4): boolean {
  if (at % align === 0) return guest.holds(at, size);
  guest.fail("abi", "the result area is not aligned");
  return false;
}
