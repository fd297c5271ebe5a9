// The board and its rule: three in a row wins. It knows nothing of players.
import { Reader, Writer } from "@rockpool/assembly";

export const X: u8 = 1;
export const O: u8 = 2;

const LINES: StaticArray<StaticArray<u8>> = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
];

export class Board {
  /** 0, X or O. */
  private cells: StaticArray<u8> = new StaticArray<u8>(9);
  /** The cells of the winning line, once there is one. */
  line: StaticArray<u8> | null = null;

  clear(): void {
    this.cells.fill(0);
    this.line = null;
  }

  /** Marks a cell from 0 to 8; false when it is taken. */
  put(cell: u8, mark: u8): bool {
    if (this.cells[cell] != 0) return false;
    this.cells[cell] = mark;
    this.findLine();
    return true;
  }

  get full(): bool {
    return !this.cells.includes(0);
  }

  private findLine(): void {
    const cells = this.cells;
    for (let i = 0; i < LINES.length; i++) {
      const line = LINES[i];
      const mark = cells[line[0]];
      if (mark != 0 && mark == cells[line[1]] && mark == cells[line[2]]) this.line = line;
    }
  }

  /** The nine cells, then the three of the winning line, or 255 each. */
  write(out: Writer): void {
    for (let i = 0; i < 9; i++) out.u8(this.cells[i]);
    const line = this.line;
    for (let i = 0; i < 3; i++) out.u8(line ? line[i] : 255);
  }

  /** Reads what `write` wrote. */
  read(state: Reader): void {
    for (let i = 0; i < 9; i++) this.cells[i] = state.u8();
    state.skip(3);
    this.line = null;
    this.findLine();
  }
}
