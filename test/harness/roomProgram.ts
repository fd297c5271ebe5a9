/** Random callbacks on a guest without a room, and what the guest is and asks for meanwhile. */
import assert from "node:assert/strict";
import type { Guest } from "@rockpool/runtime/instance/guest.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { DiscardingHost } from "@rockpool/runtime/instance/warmup.js";
import type { Randomness } from "./randomness.ts";

export interface GuestImage {
  bytes: Uint8Array;
  globals: unknown[];
}

export function imageOf(guest: Guest): GuestImage {
  return { bytes: guest.bytes.slice(), globals: guest.globals.map(({ value }) => value) };
}

export function assertSameImage(actual: GuestImage, expected: GuestImage, context: string): void {
  assert.equal(actual.bytes.length, expected.bytes.length, `${context}: size`);
  if (Buffer.compare(actual.bytes, expected.bytes) !== 0) {
    assert.fail(
      `${context}: the byte at ${actual.bytes.findIndex((byte, at) => byte !== expected.bytes[at])}`,
    );
  }
  assert.deepEqual(actual.globals, expected.globals, `${context}: globals`);
}

/** Runs one random callback with random arguments; its status. */
export function step(guest: Guest, random: Randomness): string {
  const room = new RoomGuest(guest);
  const callbacks: (() => { status: string })[] = [
    () => room.message(1 + random.below(3), random.bytes(random.below(400)), 0),
    () => room.message(1, random.bytes(random.below(20)), 0),
    () => room.tick(random.below(100)),
    () => room.timer(random.below(5)),
    () => room.join(1 + random.below(3), [["name", "value"]]),
    () => room.leave(1 + random.below(3), 0),
    () => room.save(),
    () => room.restore(random.bytes(random.below(60))),
    () => room.drop(1),
    () => room.rejoin(1),
    () => room.fault("a fault"),
  ];
  return callbacks[random.below(callbacks.length)]!().status;
}

/** Lets a guest write down all that it sends. */
export function recordSends(guest: Guest): string[] {
  const sent: string[] = [];
  const note = (kind: string) => (to: number, memory: Uint8Array, at: number, length: number) => {
    sent.push(`${kind} ${to} ${Buffer.from(memory.subarray(at, at + length)).toString("hex")}`);
    return "ok" as const;
  };
  const broadcast = (memory: Uint8Array, at: number, length: number) => note("all")(0, memory, at, length);
  guest.host = Object.assign(new DiscardingHost(), {
    send: note("to"),
    broadcast,
    broadcastExcept: note("but"),
  });
  return sent;
}
