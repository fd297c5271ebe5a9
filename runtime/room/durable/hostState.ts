/** The host's side of a room to and from the plain value that a snapshot holds. */
import type { HostState, SeatState } from "../../snapshot/hostState.ts";
import type { RoomMachine } from "../roomMachine.ts";
import type { RoomState } from "../roomState.ts";
import type { PlayerSeat, SeatedRoom } from "../seat.ts";

/** What is counted of a room beside its state. */
export interface RoomCounts {
  ticks: number;
  dropped: number;
  skipped: number;
  /** When its callbacks failed of late, in nanoseconds of room time. */
  faults: number[];
  /** Milliseconds that nobody has been in it. */
  emptyMs: number;
  /** Key of the network address that made it. */
  address: string;
}

export function captureHost(machine: RoomMachine, counts: RoomCounts): HostState {
  const { identity, seats, timers, time, tickRate, random, values, listing, locked, epoch } = machine.state;
  return {
    nextPlayer: seats.nextPlayer,
    seats: seats.all().map(captureSeat),
    timers: timers.entries().map(({ id, due }) => ({ id, dueNs: due })),
    timeNs: time.ns,
    anchorNs: time.anchorNs,
    tickRate,
    random: random.words,
    secret: identity.secret,
    epoch,
    values: values.entries(),
    listing: listing.entries(),
    locked,
    fuel: machine.fuel,
    ticks: counts.ticks,
    dropped: counts.dropped,
    skipped: counts.skipped,
    faults: counts.faults,
    takenMs: Date.now(),
    emptyMs: Math.round(counts.emptyMs),
    addressKey: counts.address,
  };
}

/**
 * Lets the timers of a room that was asleep, or whose shard was down, count that time too: room time stands
 * still meanwhile, and timers do not. Returns how long it was, in milliseconds.
 */
export function catchUpTimers(state: RoomState, host: HostState): number {
  const { time, timers } = state;
  const livedMs = (time.ns - host.timeNs) / 1e6;
  const awayMs = Math.max(0, Date.now() - host.takenMs - livedMs);
  // A room that was not away goes on to the nanosecond as it was.
  if (awayMs > 0) timers.advance(awayMs * 1e6, time.ns);
  return awayMs;
}

function captureSeat(seat: PlayerSeat): SeatState {
  const { player, serial, oldestSerial, dropped, leaving, received, outgoing, strikes } = seat;
  return {
    player,
    claims: [],
    serial,
    oldestSerial,
    dropped,
    leaving,
    received,
    sent: outgoing.sent,
    agreed: seat.agreed === Number.POSITIVE_INFINITY ? null : seat.agreed,
    frames: outgoing.frames(),
    strikes,
  };
}

/** Puts a state that nothing has happened in yet to a stored one. Everybody is away at first. */
export function restoreHost(state: RoomState, host: HostState, room: SeatedRoom): void {
  for (const stored of host.seats) {
    const seat = state.seats.restore(room, stored.player, state.manifest.limits.resumeBytes);
    seat.serial = stored.serial;
    seat.oldestSerial = stored.oldestSerial;
    seat.dropped = stored.dropped;
    seat.leaving = stored.leaving as PlayerSeat["leaving"];
    seat.received = stored.received;
    seat.acknowledgeable = stored.received;
    seat.outgoing.restore(stored.sent, stored.frames);
    seat.agreed = stored.agreed ?? Number.POSITIVE_INFINITY;
    seat.strikes = stored.strikes;
  }
  state.seats.nextPlayer = host.nextPlayer;
  for (const { id, dueNs } of host.timers) state.timers.set(id, dueNs);
  state.setTickRate(host.tickRate);
  state.time.restore(host.timeNs, host.anchorNs);
  state.random.words = host.random;
  state.values.restore(host.values);
  state.listing.restore(host.listing);
  state.locked = host.locked;
  state.epoch = host.epoch;
}
