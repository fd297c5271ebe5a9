/** Grid search: the shortest way through a maze, breadth first. */
const SIDE = 96;
const CELLS = SIDE * SIDE;
const walls = new StaticArray<u8>(CELLS);
const distance = new StaticArray<i32>(CELLS);
const queue = new StaticArray<i32>(CELLS);

let state: u32 = 99;
for (let n = 0; n < CELLS; n++) {
  state = state * 1664525 + 1013904223;
  walls[n] = state >> 24 < 70 ? 1 : 0;
}
walls[0] = 0;

function visit(x: i32, y: i32, steps: i32, tail: i32): i32 {
  if (x < 0 || x >= SIDE || y < 0 || y >= SIDE) return tail;
  const cell = y * SIDE + x;
  if (walls[cell] || distance[cell] >= 0) return tail;
  distance[cell] = steps;
  queue[tail] = cell;
  return tail + 1;
}

export function run(): f64 {
  for (let n = 0; n < CELLS; n++) distance[n] = -1;
  let tail = visit(0, 0, 0, 0);
  for (let head = 0; head < tail; head++) {
    const cell = queue[head];
    const x = cell % SIDE;
    const y = cell / SIDE;
    const steps = distance[cell] + 1;
    tail = visit(x + 1, y, steps, tail);
    tail = visit(x - 1, y, steps, tail);
    tail = visit(x, y + 1, steps, tail);
    tail = visit(x, y - 1, steps, tail);
  }
  return (tail + distance[queue[tail - 1]]) as f64;
}
