/** A hash map of the standard library: inserted into, looked up, emptied. */
const map = new Map<i32, i32>();

export function run(): f64 {
  map.clear();
  for (let n = 0; n < 400; n++) map.set(n * 7, n);
  let found = 0;
  for (let n = 0; n < 2800; n++) if (map.has(n)) found += map.get(n);
  __collect(); // Nothing else collects garbage in the minimal runtime.
  return found as f64;
}
