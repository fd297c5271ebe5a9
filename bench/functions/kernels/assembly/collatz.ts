/** A loop of few operators whose number of rounds nothing foretells. */
export function run(): f64 {
  let longest = 0;
  for (let start: u32 = 1; start < 400; start++) {
    let n = start;
    let steps = 0;
    while (n != 1) {
      n = n & 1 ? 3 * n + 1 : n >> 1;
      steps++;
    }
    if (steps > longest) longest = steps;
  }
  return longest as f64;
}
