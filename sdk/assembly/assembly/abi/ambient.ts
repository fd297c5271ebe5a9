/**
 * What both worlds offer: log, now and random. ROCKPOOL_CALL is a constant that the build sets to 1 for a call
 * function; the compiler drops the other branch, so that a component imports its own world's host alone.
 */
import { mark, placeText, release } from "./arena";
import * as callHost from "./callhost";
import * as roomHost from "./roomhost";
import { textBytes } from "./text";

/** `level` of the world. */
export const DEBUG: u32 = 0;
export const INFO: u32 = 1;
export const WARN: u32 = 2;
export const ERROR: u32 = 3;

export function log(level: u32, text: string): void {
  const marked = mark();
  const at = placeText(text);
  logBytes(level, at, textBytes(text));
  release(marked);
}

/** `length` bytes of UTF-8 at `at`. */
export function logBytes(level: u32, at: usize, length: i32): void {
  // @ts-ignore: set by the build
  if (ROCKPOOL_CALL) callHost.log(level, at, <usize>length);
  else roomHost.log(level, at, <usize>length);
}

/** Nanoseconds. */
export function now(): u64 {
  // @ts-ignore: set by the build
  if (ROCKPOOL_CALL) return callHost.now();
  return roomHost.now();
}

/** 64 random bits. */
export function random(): u64 {
  // @ts-ignore: set by the build
  if (ROCKPOOL_CALL) return callHost.random();
  return roomHost.random();
}
