/**
 * A room that lives beside the culprits on the same thread. What it does was worked out before any of them ran; a
 * byte of difference later means that one of them reached it.
 */
import type { Guest } from "@rockpool/runtime/instance/guest.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { drive } from "../../oracle/drive.ts";
import type { Input } from "../../oracle/input.ts";
import { ScriptedHost } from "../../oracle/scriptedHost.ts";
import { digest } from "../../oracle/trace.ts";
import { Violation } from "../violation.ts";

export class Canary {
  readonly guest: Guest;
  readonly #room: RoomGuest;
  readonly #host: ScriptedHost;
  readonly #inputs: readonly Input[];
  readonly #expected: string[] = [];
  #next = 0;

  /** @param make makes its guest with this host; it is called twice. */
  constructor(make: (host: ScriptedHost) => Guest, inputs: readonly Input[]) {
    this.#inputs = inputs;
    const rehearsalHost = new ScriptedHost(1);
    const rehearsal = new RoomGuest(make(rehearsalHost));
    for (const input of inputs) this.#expected.push(stateAfter(rehearsal, rehearsalHost, input));
    this.#host = new ScriptedHost(1);
    this.guest = make(this.#host);
    this.#room = new RoomGuest(this.guest);
  }

  get done(): boolean {
    return this.#next === this.#inputs.length;
  }

  /** Lives on by one input. */
  sing(): void {
    const state = stateAfter(this.#room, this.#host, this.#inputs[this.#next]!);
    const expected = this.#expected[this.#next++]!;
    if (state !== expected)
      throw new Violation(`another room was disturbed: it is ${state}, not ${expected}`);
  }
}

function stateAfter(room: RoomGuest, host: ScriptedHost, input: Input): string {
  const outcome = JSON.stringify(drive(room, input));
  const globals = room.guest.globals.map((global) => String(global.value)).join(",");
  return [outcome, host.takeNotes().join(";"), globals, room.guest.fuelUsed, digest(room.guest.bytes)].join(
    " | ",
  );
}
