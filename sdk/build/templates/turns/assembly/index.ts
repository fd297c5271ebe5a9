// A turn-based room: Nim. Twenty-one stones; in turn, each of two players takes one, two or three of them. Who
// takes the last one wins. A room that only answers messages needs no ticks and costs nothing while it waits.
// messages.rock says what is sent.
import { Claims, LeaveReason, Reader, Room } from "@rockpool/assembly";
import { FromPlayer, FromPlayerKind, ToPlayer } from "./messages";

const STONES: i32 = 21;
const NOBODY: u32 = 0xffffffff;

export default class Game extends Room {
  stones: i32 = STONES;
  turn: u32 = NOBODY;
  heard: FromPlayer = new FromPlayer();
  told: ToPlayer = new ToPlayer();

  onJoin(player: u32, claims: Claims): void {
    this.start();
  }

  onLeave(player: u32, why: LeaveReason): void {
    this.start();
  }

  onMessage(player: u32, message: Reader): void {
    if (!this.heard.decode(message)) return;
    if (this.heard.kind == FromPlayerKind.NewGame) {
      if (this.stones == 0) this.start();
      return;
    }
    const fault = this.take(player, this.heard.take.count);
    if (fault === null) return this.show();
    this.told.setNotAllowed().reason = fault;
    this.send(player, this.told.encode(this.writer()));
  }

  /** Takes stones, or says why not. */
  private take(player: u32, count: i32): string | null {
    if (this.turn == NOBODY) return "wait for a second player";
    if (this.stones == 0) return "the game is over";
    if (player != this.turn) return "it is not your turn";
    if (count < 1 || count > 3 || count > this.stones) return "take one, two or three stones";
    this.stones -= count;
    if (this.stones > 0) this.turn = this.opponentOf(player);
    return null;
  }

  /** A new game; the first of the two players begins. */
  private start(): void {
    const players = this.players();
    this.stones = STONES;
    this.turn = players.length == 2 ? players[0] : NOBODY;
    this.show();
  }

  private opponentOf(player: u32): u32 {
    const players = this.players();
    return players[0] == player ? players[1] : players[0];
  }

  private show(): void {
    const state = this.told.setState();
    state.stones = <u8>this.stones;
    state.hasTurn = this.turn != NOBODY;
    state.turn = this.turn;
    this.broadcast(this.told.encode(this.writer()));
  }
}
