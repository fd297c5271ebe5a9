/** What `abort`, `trace` and the seed of Math.random become; the build names these functions to the compiler. */
import { DEBUG, ERROR, log, logBytes, random } from "../abi/ambient";
import { reset } from "../abi/arena";
import { Line } from "../abi/line";

/**
 * `throw`, `assert` and failed checks: logs message and place, then traps, which ends the callback. It allocates
 * nothing managed, so it also works where memory has run out, and does not pull number formatting into every game.
 */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  reset();
  const text = Line.begin();
  text.add(message ? message : "abort");
  text.add(" at ");
  text.add(file ? file : "?");
  text.add(":");
  text.number(line);
  text.add(":");
  text.number(column);
  logBytes(ERROR, text.at, text.length);
  unreachable();
}

/** AssemblyScript's `trace`: at level debug. */
export function trace(message: string, n: i32 = 0, a0: f64 = 0, a1: f64 = 0, a2: f64 = 0, a3: f64 = 0, a4: f64 = 0): void {
  let text = message;
  if (n > 0) text += " " + a0.toString();
  if (n > 1) text += " " + a1.toString();
  if (n > 2) text += " " + a2.toString();
  if (n > 3) text += " " + a3.toString();
  if (n > 4) text += " " + a4.toString();
  log(DEBUG, text);
}

/** 64 random bits as AssemblyScript asks for them. */
export function seed(): f64 {
  return reinterpret<f64>(random());
}
