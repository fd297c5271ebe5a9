/** All of a room that its future depends on, or that anybody could see of it. */
import { captureHost } from "@rockpool/runtime/room/durable/hostState.js";
import type { RoomMachine } from "@rockpool/runtime/room/roomMachine.js";
import type { HostState } from "@rockpool/runtime/snapshot/hostState.js";
import { type GuestImage, imageOf } from "../harness/roomProgram.ts";

export interface RoomImage extends GuestImage {
  host: HostState;
}

const NO_COUNTS = { ticks: 0, dropped: 0, skipped: 0, faults: [], emptyMs: 0, address: "" };

/**
 * Left out: the moment itself, fuel, which counts failed callbacks as well, and what connections alone change (tokens given out, what a
 * client has shown that it knows).
 */
export function roomImage(machine: RoomMachine): RoomImage {
  const host = captureHost(machine, NO_COUNTS);
  const seats = host.seats.map((seat) => ({ ...seat, serial: 0, oldestSerial: 0, agreed: null }));
  const timers = [...host.timers].sort((a, b) => a.id - b.id);
  return { ...imageOf(machine.guest), host: { ...host, seats, timers, fuel: 0, takenMs: 0 } };
}
