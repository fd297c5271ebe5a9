/** Keys of the room store's tables. Numbers in them are big-endian, so that their order is the keys'. */

/** A room of a function. */
export interface RoomKey {
  readonly function: string;
  readonly room: string;
}

/** A sleeper that no timer wakes. */
export const NEVER = 0xffff_ffff_ffff_ffffn;
const NUMBER_BYTES = 8;
const NUL = 0;

export function roomKey({ function: functionName, room }: RoomKey): Buffer {
  return Buffer.from(`${functionName}/${room}`, "latin1");
}

export function parseRoomKey(key: Buffer): RoomKey {
  const text = key.toString("latin1");
  const slash = text.indexOf("/");
  return { function: text.slice(0, slash), room: text.slice(slash + 1) };
}

/** The key of a room's numbered entry: a snapshot, or a chunk by its last input. */
export function entryKey(room: Buffer, number: number | bigint): Buffer {
  const key = Buffer.allocUnsafe(room.length + 1 + NUMBER_BYTES);
  room.copy(key);
  key[room.length] = NUL;
  key.writeBigUInt64BE(BigInt(number), room.length + 1);
  return key;
}

export function roomOfEntry(key: Buffer): Buffer {
  return key.subarray(0, key.length - NUMBER_BYTES - 1);
}

export function numberOfEntry(key: Buffer): number {
  return Number(key.readBigUInt64BE(key.length - NUMBER_BYTES));
}

/** From the first to behind the last entry of a room. */
export function entriesOf(room: Buffer): [from: Buffer, to: Buffer] {
  return [entryKey(room, 0), Buffer.concat([room, Buffer.of(NUL + 1)])];
}

export function wakeKey(dueMs: number | bigint, room: Buffer): Buffer {
  return Buffer.concat([u64(dueMs), room]);
}

export function parseWakeKey(key: Buffer): { dueMs: number; room: Buffer } {
  return { dueMs: Number(key.readBigUInt64BE(0)), room: key.subarray(NUMBER_BYTES) };
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.allocUnsafe(NUMBER_BYTES);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
