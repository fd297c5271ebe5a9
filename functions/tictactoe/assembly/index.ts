/*
 * Tic-tac-toe: turn-based, for two players and any number of watchers. The first two that join play X and O. When
 * one of them leaves, the watcher who has waited longest takes the seat and a new round begins. X begins the first
 * round, then they take turns. The room never ticks: it only answers messages, which messages.rock describes.
 */
import { Claims, LeaveReason, Reader, Room, Writer } from "@rockpool/assembly";
import { Board } from "./board";
import { FromPlayer, FromPlayerKind, Mark, Phase, Side, ToPlayer } from "./messages";

const NOBODY: u32 = 0xffffffff;
/** Of what is saved. Raise it when its shape changes, and read the older ones in `onRestore` as well. */
const SAVED_AS: u8 = 1;

export default class TicTacToe extends Room {
  board: Board = new Board();
  phase: Phase = Phase.Waiting;
  /** Whose turn it is, or who won. */
  mark: Mark = Mark.X;
  /** Who begins this round. */
  first: Mark = Mark.X;
  /** The player of each mark; that of Mark.Nobody is not used. */
  seats: StaticArray<u32> = [NOBODY, NOBODY, NOBODY];
  wins: StaticArray<u16> = [0, 0, 0];
  draws: u16 = 0;
  /** By mark: who asked for a rematch, and who has lost the connection. */
  rematch: StaticArray<bool> = [false, false, false];
  away: StaticArray<bool> = [false, false, false];
  private heard: FromPlayer = new FromPlayer();
  private told: ToPlayer = new ToPlayer();

  onJoin(player: u32, claims: Claims): void {
    if (this.seats[Mark.X] == NOBODY) this.seat(Mark.X, player);
    else if (this.seats[Mark.O] == NOBODY) this.seat(Mark.O, player);
    this.show();
  }

  onLeave(player: u32, why: LeaveReason): void {
    const mark = this.markOf(player);
    if (mark != Mark.Nobody) {
      this.seats[mark] = NOBODY;
      this.phase = Phase.Waiting;
      this.board.clear();
      const watcher = this.firstWatcher(player);
      if (watcher != NOBODY) this.seat(mark, watcher);
    }
    this.show();
  }

  onDrop(player: u32): void {
    this.away[this.markOf(player)] = true;
    this.show();
  }

  onRejoin(player: u32): void {
    this.away[this.markOf(player)] = false;
    this.show();
  }

  onMessage(player: u32, message: Reader): void {
    const heard = this.heard;
    let fault: string | null = null;
    if (!heard.decode(message)) fault = "this is not a message of the game";
    else if (heard.kind == FromPlayerKind.Move) fault = this.move(player, heard.move.cell);
    else fault = this.askRematch(player);
    if (fault === null) return this.show();
    this.told.setNotAllowed().reason = fault;
    this.send(player, this.told.encode(this.writer()));
  }

  /** Plays a cell, or says why not. */
  private move(player: u32, cell: u8): string | null {
    const mark = this.markOf(player);
    if (mark == Mark.Nobody) return "you are watching this game";
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
      this.mark = Mark.Nobody;
      this.draws++;
    } else {
      this.mark = other(mark);
    }
    return null;
  }

  /** Notes that a player wants another round, or says why there is none. */
  private askRematch(player: u32): string | null {
    const mark = this.markOf(player);
    if (mark == Mark.Nobody) return "you are watching this game";
    if (this.phase != Phase.Won && this.phase != Phase.Draw) return "this round is not over";
    this.rematch[mark] = true;
    if (this.rematch[Mark.X] && this.rematch[Mark.O]) this.start(other(this.first));
    return null;
  }

  /** Gives a seat to a player; its score starts at 0. */
  private seat(mark: Mark, player: u32): void {
    this.seats[mark] = player;
    this.away[mark] = false;
    this.wins[Mark.X] = 0;
    this.wins[Mark.O] = 0;
    this.draws = 0;
    if (this.seats[other(mark)] != NOBODY) this.start(Mark.X);
  }

  private start(first: Mark): void {
    this.board.clear();
    this.phase = Phase.Playing;
    this.first = first;
    this.mark = first;
    this.rematch.fill(false);
  }

  private markOf(player: u32): Mark {
    if (this.seats[Mark.X] == player) return Mark.X;
    return this.seats[Mark.O] == player ? Mark.O : Mark.Nobody;
  }

  /** Players come in order of their ids, so the first watcher is the one who joined first. */
  private firstWatcher(leaving: u32): u32 {
    const players = this.players();
    for (let i = 0; i < players.length; i++) {
      if (players[i] != leaving && this.markOf(players[i]) == Mark.Nobody) return players[i];
    }
    return NOBODY;
  }

  /** Sends the state to everyone; it differs in `you` alone. */
  private show(): void {
    const players = this.players();
    const state = this.told.setState();
    state.phase = this.phase;
    state.mark = this.phase == Phase.Waiting ? Mark.Nobody : this.mark;
    this.board.show(state.board, state.line);
    this.describe(Mark.X, state.x);
    this.describe(Mark.O, state.o);
    state.draws = this.draws;
    const seated = (state.x.hasPlayer ? 1 : 0) + (state.o.hasPlayer ? 1 : 0);
    state.watching = max(players.length - seated, 0);
    for (let i = 0; i < players.length; i++) {
      state.you = this.markOf(players[i]);
      this.send(players[i], this.told.encode(this.writer()));
    }
  }

  private describe(mark: Mark, side: Side): void {
    side.hasPlayer = this.seats[mark] != NOBODY;
    side.player = this.seats[mark];
    side.wins = this.wins[mark];
    side.rematch = this.rematch[mark];
    side.away = this.away[mark];
  }

  onSave(out: Writer): void {
    out.u8(SAVED_AS).u8(<u8>this.phase).u8(<u8>this.mark).u8(<u8>this.first).u16(this.draws);
    for (let mark = Mark.X; mark <= Mark.O; mark++) {
      out.u32(this.seats[mark]).u16(this.wins[mark]).bool(this.rematch[mark]).bool(this.away[mark]);
    }
    this.board.write(out);
  }

  onRestore(state: Reader): void {
    if (state.u8() != SAVED_AS) return this.refuse("the saved game is of another version");
    this.phase = <Phase>state.u8();
    this.mark = <Mark>state.u8();
    this.first = <Mark>state.u8();
    this.draws = state.u16();
    for (let mark = Mark.X; mark <= Mark.O; mark++) {
      this.seats[mark] = state.u32();
      this.wins[mark] = state.u16();
      this.rematch[mark] = state.bool();
      this.away[mark] = state.bool();
    }
    this.board.read(state);
    if (!state.ok) this.refuse("the saved game is torn");
  }
}

function other(mark: Mark): Mark {
  return mark == Mark.X ? Mark.O : Mark.X;
}
