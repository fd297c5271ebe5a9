/** Sorting: quicksort of pseudo-random integers, with an insertion sort for short runs. */
const SIZE = 2048;
const values = new StaticArray<i32>(SIZE);

function sort(low: i32, high: i32): void {
  while (high - low > 12) {
    const pivot = values[(low + high) >> 1];
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left <= right) {
        const value = values[left];
        values[left++] = values[right];
        values[right--] = value;
      }
    }
    sort(low, right);
    low = left;
  }
  for (let n = low + 1; n <= high; n++) {
    const value = values[n];
    let at = n - 1;
    while (at >= low && values[at] > value) {
      values[at + 1] = values[at];
      at--;
    }
    values[at + 1] = value;
  }
}

export function run(): f64 {
  let state: u32 = 12345;
  for (let n = 0; n < SIZE; n++) {
    state = state * 1664525 + 1013904223;
    values[n] = state as i32;
  }
  sort(0, SIZE - 1);
  return values[7] as f64;
}
