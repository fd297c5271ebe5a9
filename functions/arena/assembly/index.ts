/**
 * Arena: creatures of a rock pool gather pearls and knock them out of each other. This file is the room: it
 * turns callbacks into calls of the game (tidepool.ts) and the game into messages (messages.ts).
 */
import { Claims, LeaveReason, Reader, Room } from "@rockpool/assembly";
import { FromPlayer, readInput, readName, writeRoster, writeScene, writeSnapshot } from "./messages";
import { TidePool } from "./tidepool";

export default class Arena extends Room {
  private pool: TidePool = new TidePool();

  onJoin(player: u32, claims: Claims): void {
    if (!this.pool.enter(player, "Player " + player.toString())) return this.refuse("the pool is full");
    this.send(player, writeScene(this.writer(), this.pool));
    this.sendRoster();
  }

  onMessage(player: u32, message: Reader): void {
    const creature = this.pool.find(player);
    if (!creature) return;
    const kind = message.u8();
    if (kind == FromPlayer.Input) readInput(message, creature);
    if (kind == FromPlayer.Name) {
      const name = readName(message);
      if (name == "" || name == creature.name) return;
      creature.name = name;
      this.sendRoster();
    }
  }

  onTick(dtMs: f64): void {
    this.pool.step(dtMs / 1000);
    this.broadcast(writeSnapshot(this.writer(), this.pool));
    this.pool.events.clear();
  }

  onDrop(player: u32): void {
    this.pool.idle(player);
  }

  onLeave(player: u32, why: LeaveReason): void {
    this.pool.leave(player);
    this.sendRoster();
  }

  private sendRoster(): void {
    this.broadcast(writeRoster(this.writer(), this.pool));
  }
}
