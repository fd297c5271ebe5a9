/** Recursion with work in it: noughts and crosses, searched to the end from the second move on. */
const board = new StaticArray<i32>(9);
const LINES: StaticArray<i32> = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 3, 6, 1, 4, 7, 2, 5, 8, 0, 4, 8, 2, 4, 6];

function wins(player: i32): bool {
  for (let n = 0; n < 24; n += 3) {
    if (board[LINES[n]] == player && board[LINES[n + 1]] == player && board[LINES[n + 2]] == player) return true;
  }
  return false;
}

function search(player: i32, empty: i32): i32 {
  if (wins(3 - player)) return -1;
  if (empty == 0) return 0;
  let best = -2;
  for (let cell = 0; cell < 9; cell++) {
    if (board[cell] != 0) continue;
    board[cell] = player;
    const value = -search(3 - player, empty - 1);
    board[cell] = 0;
    if (value > best) best = value;
  }
  return best;
}

export function run(): f64 {
  for (let cell = 0; cell < 9; cell++) board[cell] = 0;
  board[0] = 1;
  board[4] = 2;
  board[8] = 1;
  return search(2, 6) as f64;
}
