/** Values for tests of snapshots and of what stores them. */
import type { HostState } from "./hostState.ts";

/** A host state in which nothing has happened, unless changed. */
export function hostState(change: Partial<HostState> = {}): HostState {
  return {
    nextPlayer: 1,
    seats: [],
    timers: [],
    timeNs: 0,
    anchorNs: 0,
    tickRate: 20,
    random: Uint32Array.of(1, 2, 3, 4),
    secret: new Uint8Array(16).fill(6),
    epoch: 0,
    values: [],
    listing: [],
    locked: false,
    fuel: 0,
    ticks: 0,
    dropped: 0,
    skipped: 0,
    faults: [],
    takenMs: 0,
    emptyMs: 0,
    addressKey: "",
    ...change,
  };
}

/** A host state with something of everything. */
export const BUSY_STATE: HostState = hostState({
  nextPlayer: 4,
  seats: [
    {
      player: 1,
      claims: [["name", "Ünal"]],
      serial: 2,
      oldestSerial: 1,
      dropped: false,
      leaving: null,
      received: 1,
      sent: 300,
      agreed: 299,
      frames: [Uint8Array.of(129, 1), Uint8Array.of(129)],
      strikes: 1,
    },
    {
      player: 3,
      claims: [],
      serial: 1,
      oldestSerial: 1,
      dropped: true,
      leaving: 1,
      received: 0,
      sent: 0,
      agreed: null,
      frames: [],
      strikes: 0,
    },
  ],
  timers: [
    { id: 7, dueNs: 2_000_000_000 },
    { id: 0, dueNs: 2_000_000_000 },
  ],
  timeNs: 1_050_000_001,
  anchorNs: 1_000_000_000,
  values: [
    ["best", Uint8Array.of(1, 2, 3)],
    ["", new Uint8Array(0)],
  ],
  listing: [["map", "harbour"]],
  locked: true,
  fuel: 123_456_789_012,
  ticks: 21,
  dropped: 2,
  skipped: 1,
  faults: [900_000_000],
  takenMs: 1_700_000_000_000,
  emptyMs: 30_000,
  addressKey: "192.0.2.0/24",
});
