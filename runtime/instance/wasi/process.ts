/** `wasi:cli/environment`, which is empty, and `wasi:cli/exit`, which ends the room as a trap does. */
import { lowerBytes, resultArea, running } from "../lowering.ts";

function emptyList(result: number): void {
  const guest = running();
  const at = result >>> 0;
  if (guest.admit(0) && resultArea(guest, at, 8)) lowerBytes(guest, at, 4, 0);
}

export const environment = {
  "get-environment": emptyList,
  "get-arguments": emptyList,
  /** `option<string>`: there is no folder to be in. */
  "initial-cwd"(result: number): void {
    const guest = running();
    const at = result >>> 0;
    if (guest.admit(0) && resultArea(guest, at, 12)) guest.bytes[at] = 0;
  },
};

export const exit = {
  exit(status: number): void {
    const guest = running();
    if (!guest.admit(0)) return;
    guest.fail(
      "exit",
      `it called exit with ${status === 0 ? "success" : "failure"}; a room ends with the host's \`end\``,
    );
  },
};
