// The board and its rule: three in a row wins. It knows nothing of players.
import { Reader, Writer } from "@rockpool/assembly";
import { Mark } from "./messages";

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
  private cells: StaticArray<Mark> = new StaticArray<Mark>(9);
  /** The cells of the winning line, once there is one. */
  line: StaticArray<u8> | null = null;

  clear(): void {
    this.cells.fill(Mark.Nobody);
    this.line = null;
  }

  /** Marks a cell from 0 to 8; false when it is taken. */
  put(cell: u8, mark: Mark): bool {
    if (this.cells[cell] != Mark.Nobody) return false;
    this.cells[cell] = mark;
    this.findLine();
    return true;
  }

  get full(): bool {
    return !this.cells.includes(Mark.Nobody);
  }

  private findLine(): void {
    const cells = this.cells;
    for (let i = 0; i < LINES.length; i++) {
      const line = LINES[i];
      const mark = cells[line[0]];
      if (mark != Mark.Nobody && mark == cells[line[1]] && mark == cells[line[2]]) this.line = line;
    }
  }

  /** Puts the nine cells, and those of the winning line if there is one, into fields of a message. */
  show(cells: Mark[], line: u8[]): void {
    cells.length = 9;
    for (let i = 0; i < 9; i++) cells[i] = this.cells[i];
    const found = this.line;
    line.length = found ? 3 : 0;
    for (let i = 0; i < line.length; i++) line[i] = found![i];
  }

  /** The nine cells, for a room that is saved. */
  write(out: Writer): void {
    for (let i = 0; i < 9; i++) out.u8(<u8>this.cells[i]);
  }

  /** Reads what `write` wrote. */
  read(state: Reader): void {
    for (let i = 0; i < 9; i++) this.cells[i] = <Mark>state.u8();
    this.line = null;
    this.findLine();
  }
}
