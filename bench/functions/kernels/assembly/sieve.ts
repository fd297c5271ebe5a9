/** Sieve of Eratosthenes. */
const LIMIT = 32768;
const composite = new Uint8Array(LIMIT);

export function run(): f64 {
  composite.fill(0);
  let count = 0;
  for (let n = 2; n < LIMIT; n++) {
    if (composite[n]) continue;
    count++;
    for (let multiple = n + n; multiple < LIMIT; multiple += n) composite[multiple] = 1;
  }
  return count as f64;
}
