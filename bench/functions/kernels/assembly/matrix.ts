/** Product of two square matrices. */
const SIDE = 48;
const a = new StaticArray<f64>(SIDE * SIDE);
const b = new StaticArray<f64>(SIDE * SIDE);
const c = new StaticArray<f64>(SIDE * SIDE);
for (let n = 0; n < SIDE * SIDE; n++) {
  a[n] = (n % 17) as f64;
  b[n] = (n % 13) as f64;
}

export function run(): f64 {
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      let sum: f64 = 0;
      for (let n = 0; n < SIDE; n++) sum += a[row * SIDE + n] * b[n * SIDE + column];
      c[row * SIDE + column] = sum;
    }
  }
  return c[100];
}
