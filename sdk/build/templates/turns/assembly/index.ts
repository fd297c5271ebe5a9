// A turn-based room: Nim. Twenty-one stones; in turn, each of two players takes one, two or three of them. Who
// takes the last one wins. A room that only answers messages needs no ticks and costs nothing while it waits.
//
// From a client:  u8 count, from 1 to 3                 take so many; 0 asks for a new game
// To everyone:    u8 1, u8 stones left, u32 turn        whose turn it is; with no stones left, who won;
//                                                       0xffffffff while a player is missing
// To one client:  u8 2, UTF-8                           why its move was not allowed
import { Claims, LeaveReason, Reader, Room } from "@rockpool/assembly";

const STONES: i32 = 21;
const STATE: u8 = 1;
const REFUSED: u8 = 2;
const NOBODY: u32 = 0xffffffff;

export default class Game extends Room {
  stones: i32 = STONES;
  turn: u32 = NOBODY;

  onJoin(player: u32, claims: Claims): void {
    this.start();
  }

  onLeave(player: u32, why: LeaveReason): void {
    this.start();
  }

  onMessage(player: u32, message: Reader): void {
    const count = <i32>message.u8();
    if (!message.ok) return;
    if (count == 0) {
      if (this.stones == 0) this.start();
      return;
    }
    const fault = this.take(player, count);
    if (fault !== null) this.send(player, this.writer().u8(REFUSED).text(fault));
    else this.show();
  }

  /** Takes stones, or says why not. */
  private take(player: u32, count: i32): string | null {
    if (this.turn == NOBODY) return "wait for a second player";
    if (this.stones == 0) return "the game is over";
    if (player != this.turn) return "it is not your turn";
    if (count > 3 || count > this.stones) return "take one, two or three stones";
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
    this.broadcast(this.writer().u8(STATE).u8(<u8>this.stones).u32(this.turn));
  }
}
