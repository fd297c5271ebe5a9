/** The host state in bytes. Reading is strict: whatever writing would not have made is refused. */
import { malformed } from "../bytes/damage.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { HostState, Pairs, SeatState, TimerState } from "./hostState.ts";

const RANDOM_WORDS = 4;
const MAX_TICK_RATE = 0xffff;
/** The fewest bytes that an element of each list takes: bounds a false count. */
const LEAST = { pair: 2, seat: 10, timer: 2, value: 2, frame: 1, fault: 1 };

const SECRET_BYTES = 16;
const STAYS = 0;
const MAX_LEAVE_REASON = 3;

export function writeHostState(out: ByteWriter, state: HostState): void {
  out.varint(state.nextPlayer);
  out.varint(state.seats.length);
  for (const seat of state.seats) writeSeat(out, seat);
  out.varint(state.timers.length);
  for (const { id, dueNs } of state.timers) out.varint(id).varint(dueNs);
  out.varint(state.timeNs).varint(state.anchorNs).varint(state.tickRate);
  writeWords(out, state.random);
  out.raw(state.secret).varint(state.epoch);
  out.varint(state.values.length);
  for (const [key, value] of state.values) out.text(key).bytes(value);
  writePairs(out, state.listing);
  out.u8(state.locked ? 1 : 0);
  out.varint(state.fuel).varint(state.ticks).varint(state.dropped).varint(state.skipped);
  out.varint(state.faults.length);
  for (const ns of state.faults) out.varint(ns);
  out.varint(state.takenMs).varint(state.emptyMs);
  out.text(state.addressKey);
}

/** @throws DamagedRecord `malformed` */
export function readHostState(reader: ByteReader): HostState {
  const nextPlayer = reader.u32Varint();
  const seats = list(reader, LEAST.seat, readSeat);
  ascending(
    seats.map(({ player }) => player),
    "players",
  );
  if (seats.some(({ player }) => player >= nextPlayer)) throw malformed("a player is above the last one");
  const timers = list(reader, LEAST.timer, readTimer);
  distinct(
    timers.map(({ id }) => id),
    "timers",
  );
  const timeNs = reader.varint();
  const anchorNs = reader.varint();
  const tickRate = reader.varintTo(MAX_TICK_RATE);
  const random = readWords(reader);
  const secret = Uint8Array.from(reader.raw(SECRET_BYTES));
  const epoch = reader.u32Varint();
  const values = list(reader, LEAST.value, () => [reader.text(), reader.copy()] as const);
  distinct(
    values.map(([key]) => key),
    "values",
  );
  const listing = readPairs(reader);
  distinct(
    listing.map(([key]) => key),
    "listing pairs",
  );
  const locked = reader.flag();
  const [fuel, ticks, dropped, skipped] = [
    reader.varint(),
    reader.varint(),
    reader.varint(),
    reader.varint(),
  ];
  const faults = list(reader, LEAST.fault, () => reader.varint());
  const [takenMs, emptyMs] = [reader.varint(), reader.varint()];
  const addressKey = reader.text();
  return {
    nextPlayer,
    seats,
    timers,
    timeNs,
    anchorNs,
    tickRate,
    random,
    secret,
    epoch,
    values,
    listing,
    locked,
    fuel,
    ticks,
    dropped,
    skipped,
    faults,
    takenMs,
    emptyMs,
    addressKey,
  };
}

function writeSeat(out: ByteWriter, seat: SeatState): void {
  out.varint(seat.player);
  writePairs(out, seat.claims);
  out.varint(seat.serial).varint(seat.oldestSerial);
  out.u8(seat.dropped ? 1 : 0).u8(seat.leaving === null ? STAYS : seat.leaving + 1);
  out
    .varint(seat.received)
    .varint(seat.sent)
    .varint(seat.agreed === null ? 0 : seat.agreed + 1);
  out.varint(seat.frames.length);
  for (const frame of seat.frames) out.bytes(frame);
  out.varint(seat.strikes);
}

function readSeat(reader: ByteReader): SeatState {
  const player = reader.u32Varint();
  const claims = readPairs(reader);
  const [serial, oldestSerial] = [reader.u32Varint(), reader.u32Varint()];
  if (oldestSerial > serial) throw malformed("a seat's oldest token is newer than its newest");
  const dropped = reader.flag();
  const leaving = reader.varintTo(MAX_LEAVE_REASON + 1);
  const [received, sent, agreed] = [reader.u32Varint(), reader.u32Varint(), reader.varint()];
  const frames = list(reader, LEAST.frame, () => reader.copy());
  if (frames.length > sent) throw malformed("more frames are kept than were sent");
  const strikes = reader.u32Varint();
  return {
    player,
    claims,
    serial,
    oldestSerial,
    dropped,
    leaving: leaving === STAYS ? null : leaving - 1,
    received,
    sent,
    agreed: agreed === 0 ? null : agreed - 1,
    frames,
    strikes,
  };
}

function readTimer(reader: ByteReader): TimerState {
  return { id: reader.u32Varint(), dueNs: reader.varint() };
}

export function writePairs(out: ByteWriter, pairs: Pairs): void {
  out.varint(pairs.length);
  for (const [name, value] of pairs) out.text(name).text(value);
}

export function readPairs(reader: ByteReader): [string, string][] {
  return list(reader, LEAST.pair, () => [reader.text(), reader.text()]);
}

function writeWords(out: ByteWriter, words: Uint32Array): void {
  for (let i = 0; i < RANDOM_WORDS; i++) out.u32(words[i]!);
}

function readWords(reader: ByteReader): Uint32Array {
  return Uint32Array.from({ length: RANDOM_WORDS }, () => reader.u32());
}

function list<T>(reader: ByteReader, least: number, read: (reader: ByteReader) => T): T[] {
  return Array.from({ length: reader.count(least) }, () => read(reader));
}

function ascending(numbers: readonly number[], what: string): void {
  if (numbers.some((number, i) => i > 0 && number <= numbers[i - 1]!))
    throw malformed(`${what} out of order`);
}

function distinct(keys: readonly unknown[], what: string): void {
  if (new Set(keys).size !== keys.length) throw malformed(`two ${what} of one name`);
}
