/** The tightest loop there is: the sum of an array. */
const SIZE = 16384;
const values = new StaticArray<i32>(SIZE);
for (let n = 0; n < SIZE; n++) values[n] = n ^ 0x5555;

export function run(): f64 {
  let sum = 0;
  for (let n = 0; n < SIZE; n++) sum += values[n];
  return sum as f64;
}
