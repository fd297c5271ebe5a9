/**
 * What the guest of a room may ask of its host, after the binder has lifted the arguments out of guest
 * memory. A room implements it; every effect waits in the room's outbox until the callback returns.
 */
import type { LimitName } from "@rockpool/protocol";

/** Whether the host took it, or which limit of the function is in the way; the binder then ends the callback. */
export type Verdict = "ok" | LimitName;

export interface RoomHost {
  /** `memory` holds the payload at `at`; it is only valid during the call. */
  send(to: number, memory: Uint8Array, at: number, length: number): Verdict;
  broadcast(memory: Uint8Array, at: number, length: number): Verdict;
  broadcastExcept(except: number, memory: Uint8Array, at: number, length: number): Verdict;
  kick(player: number, reason: string): Verdict;
  /** Ids in ascending order. */
  players(): readonly number[];
  roomName(): string;
  /** Nanoseconds of room time. */
  now(): bigint;
  random(): bigint;
  setTimer(id: number, afterMs: number): Verdict;
  clearTimer(id: number): Verdict;
  setTickRate(hz: number): Verdict;
  setListing(key: string, value: string): Verdict;
  lock(locked: boolean): Verdict;
  end(): Verdict;
  get(key: string): Uint8Array | null;
  /** `value` is a copy that the host may keep. */
  put(key: string, value: Uint8Array): Verdict;
  delete(key: string): Verdict;
  /** Levels as in the WIT: 0 debug, 1 info, 2 warn, 3 error. */
  log(level: number, text: string): Verdict;
}
