/*
 * Tic-tac-toe: turn-based, for two players and any number of watchers. The first two that join play X and O. When
 * one of them leaves, the watcher who has waited longest takes the seat and a new round begins. X begins the first
 * round, then they take turns. The room never ticks: it only answers messages.
 *
 * Messages (numbers little-endian). From a client, 1 or 2 bytes:
 *
 *   byte 0        | byte 1        |
 *   0x01 MOVE     | cell, 0 … 8   | the cells are numbered from the top left, row by row
 *   0x02 REMATCH  | -             | after a round; the next one starts when both have asked
 *
 * To every client after every change, STATE, 33 bytes:
 *
 *   at | type | what
 *    0 | u8   | 0x81
 *    1 | u8   | phase: 0 waiting for a second player, 1 playing, 2 won, 3 draw
 *    2 | u8   | mark: whose turn it is while playing, who won when won, else 0     (marks: 1 is X, 2 is O)
 *    3 | u8   | you: your mark, or 0 if you watch
 *    4 | u32  | the player that is X, 0xffffffff if none
 *    8 | u32  | the player that is O, 0xffffffff if none
 *   12 | 9×u8 | the board: 0 or a mark
 *   21 | 3×u8 | the three cells of the winning line, 255 each if there is none
 *   24 | u16  | rounds won by the player that is X now
 *   26 | u16  | rounds won by the player that is O now
 *   28 | u16  | draws between the two
 *   30 | u8   | who asked for a rematch: bit 0 X, bit 1 O
 *   31 | u8   | who has lost the connection: bit 0 X, bit 1 O
 *   32 | u8   | how many watch, at most 255
 *
 * To one client whose message was not allowed, REFUSED: 0x82, then the reason as UTF-8.
 */
import { Claims, LeaveReason, Reader, Room, Writer } from "@rockpool/assembly";
import { Board, O, X } from "./board";

const MOVE: u8 = 0x01;
const REMATCH: u8 = 0x02;
const STATE: u8 = 0x81;
const REFUSED: u8 = 0x82;
const NOBODY: u32 = 0xffffffff;

enum Phase {
  Waiting,
  Playing,
  Won,
  Draw,
}

export default class TicTacToe extends Room {
  board: Board = new Board();
  phase: Phase = Phase.Waiting;
  /** Whose turn it is, or who won. */
  mark: u8 = X;
  /** Who begins this round. */
  first: u8 = X;
  /** The player of each mark; index 0 is not used. */
  seats: StaticArray<u32> = [NOBODY, NOBODY, NOBODY];
  wins: StaticArray<u16> = [0, 0, 0];
  draws: u16 = 0;
  /** Bit 0: X, bit 1: O. */
  rematch: u8 = 0;
  away: u8 = 0;

  onJoin(player: u32, claims: Claims): void {
    if (this.seats[X] == NOBODY) this.seat(X, player);
    else if (this.seats[O] == NOBODY) this.seat(O, player);
    this.show();
  }

  onLeave(player: u32, why: LeaveReason): void {
    const mark = this.markOf(player);
    if (mark != 0) {
      this.seats[mark] = NOBODY;
      this.phase = Phase.Waiting;
      this.board.clear();
      const watcher = this.firstWatcher(player);
      if (watcher != NOBODY) this.seat(mark, watcher);
    }
    this.show();
  }

  onDrop(player: u32): void {
    this.away |= bit(this.markOf(player));
    this.show();
  }

  onRejoin(player: u32): void {
    this.away &= ~bit(this.markOf(player));
    this.show();
  }

  onMessage(player: u32, message: Reader): void {
    const op = message.u8();
    const cell = op == MOVE ? message.u8() : 0;
    let fault: string | null = null;
    if (!message.ok || message.remaining > 0) fault = "this is not a message of the game";
    else if (op == MOVE) fault = this.move(player, cell);
    else if (op == REMATCH) fault = this.askRematch(player);
    else fault = "this is not a message of the game";
    if (fault !== null) this.send(player, this.writer().u8(REFUSED).text(fault));
    else this.show();
  }

  /** Plays a cell, or says why not. */
  private move(player: u32, cell: u8): string | null {
    const mark = this.markOf(player);
    if (mark == 0) return "you are watching this game";
    if (this.phase == Phase.Waiting) return "wait for a second player";
    if (this.phase != Phase.Playing) return "this round is over";
    if (mark != this.mark) return "it is not your turn";
    if (cell > 8) return "there is no such cell";
    if (!this.board.put(cell, mark)) return "this cell is taken";
    if (this.board.line != null) {
      this.phase = Phase.Won;
      this.wins[mark]++;
    } else if (this.board.full) {
      this.phase = Phase.Draw;
      this.mark = 0;
      this.draws++;
    } else {
      this.mark = other(mark);
    }
    return null;
  }

  /** Notes that a player wants another round, or says why there is none. */
  private askRematch(player: u32): string | null {
    const mark = this.markOf(player);
    if (mark == 0) return "you are watching this game";
    if (this.phase != Phase.Won && this.phase != Phase.Draw) return "this round is not over";
    this.rematch |= bit(mark);
    if (this.rematch == (bit(X) | bit(O))) this.start(other(this.first));
    return null;
  }

  /** Gives a seat to a player; its score starts at 0. */
  private seat(mark: u8, player: u32): void {
    this.seats[mark] = player;
    this.away &= ~bit(mark);
    this.wins[X] = 0;
    this.wins[O] = 0;
    this.draws = 0;
    if (this.seats[other(mark)] != NOBODY) this.start(X);
  }

  private start(first: u8): void {
    this.board.clear();
    this.phase = Phase.Playing;
    this.first = first;
    this.mark = first;
    this.rematch = 0;
  }

  private markOf(player: u32): u8 {
    if (this.seats[X] == player) return X;
    return this.seats[O] == player ? O : 0;
  }

  /** Players come in order of their ids, so the first watcher is the one who joined first. */
  private firstWatcher(leaving: u32): u32 {
    const players = this.players();
    for (let i = 0; i < players.length; i++) {
      if (players[i] != leaving && this.markOf(players[i]) == 0) return players[i];
    }
    return NOBODY;
  }

  /** Sends STATE to everyone; it differs in one byte. */
  private show(): void {
    const players = this.players();
    const seated = (this.seats[X] != NOBODY ? 1 : 0) + (this.seats[O] != NOBODY ? 1 : 0);
    const watching = <u8>min(max(players.length - seated, 0), 255);
    const turn: u8 = this.phase == Phase.Waiting ? 0 : this.mark;
    for (let i = 0; i < players.length; i++) {
      const out = this.writer().u8(STATE).u8(<u8>this.phase).u8(turn).u8(this.markOf(players[i]));
      out.u32(this.seats[X]).u32(this.seats[O]);
      this.board.write(out);
      out.u16(this.wins[X]).u16(this.wins[O]).u16(this.draws).u8(this.rematch).u8(this.away).u8(watching);
      this.send(players[i], out);
    }
  }

  onSave(out: Writer): void {
    out.u8(<u8>this.phase).u8(this.mark).u8(this.first).u32(this.seats[X]).u32(this.seats[O]);
    out.u16(this.wins[X]).u16(this.wins[O]).u16(this.draws).u8(this.rematch).u8(this.away);
    this.board.write(out);
  }

  onRestore(state: Reader): void {
    this.phase = <Phase>state.u8();
    this.mark = state.u8();
    this.first = state.u8();
    this.seats[X] = state.u32();
    this.seats[O] = state.u32();
    this.wins[X] = state.u16();
    this.wins[O] = state.u16();
    this.draws = state.u16();
    this.rematch = state.u8();
    this.away = state.u8();
    this.board.read(state);
    if (!state.ok) this.refuse("the saved game is of another version");
  }
}

function other(mark: u8): u8 {
  return mark == X ? O : X;
}

/** The bit of a mark in `rematch` and `away`; none for a watcher. */
function bit(mark: u8): u8 {
  return mark == 0 ? 0 : <u8>1 << (mark - 1);
}
