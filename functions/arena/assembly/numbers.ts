// Numbers of a saved pool.
import { Reader } from "@rockpool/assembly";

/** No length, speed or time of the game comes near it. */
const MOST: f64 = 1e6;

/** The next number. One that no pool could have written spoils the whole: a NaN would spread through the game. */
export function readNumber(state: Reader): f64 {
  const value = state.f64();
  if (Math.abs(value) < MOST) return value;
  state.ok = false;
  return 0;
}
