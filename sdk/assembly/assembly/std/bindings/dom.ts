/**
 * Replaces AssemblyScript's bindings of the same name, whose functions are imports from a browser: here time,
 * log and random come from the room.
 */
import { DEBUG, ERROR, INFO, log, now, random, WARN } from "@rockpool/assembly/abi/ambient";

/** The standard library re-exports it, and compiles nothing of it. */
export namespace Math {}

export namespace Date {
  export function now(): f64 {
    return milliseconds();
  }
}

export namespace performance {
  export function now(): f64 {
    return milliseconds();
  }
}

function milliseconds(): f64 {
  return <f64>now() / 1e6;
}

export namespace crypto {
  export function getRandomValues(array: Uint8Array): void {
    for (let i = 0; i < array.length; i++) array[i] = <u8>random();
  }
}

export namespace console {
  export function assert(condition: bool, message: string): void {
    if (!condition) write(ERROR, "assertion failed: " + message);
  }
  export function log(text: string): void {
    write(INFO, text);
  }
  export function debug(text: string): void {
    write(DEBUG, text);
  }
  export function info(text: string): void {
    write(INFO, text);
  }
  export function warn(text: string): void {
    write(WARN, text);
  }
  export function error(text: string): void {
    write(ERROR, text);
  }
  // Room time stands still within a callback: a stopwatch there would always say 0.
  export function time(label: string): void {
    write(DEBUG, label + ": started at " + milliseconds().toString() + " ms of room time");
  }
  export function timeLog(label: string): void {
    write(DEBUG, label + ": " + milliseconds().toString() + " ms of room time");
  }
  export function timeEnd(label: string): void {
    write(DEBUG, label + ": ended at " + milliseconds().toString() + " ms of room time");
  }
}

function write(level: u32, text: string): void {
  log(level, text);
}
