// A real-time room: every player is a dot that walks to where its player points. The server moves the dots,
// twenty times a second, and tells everyone where they are. messages.rock says what is sent.
import { Claims, LeaveReason, Reader, Room } from "@rockpool/assembly";
import { FromPlayer, ToPlayer } from "./messages";

/** Change it, save, and watch the running room. */
const SPEED: f32 = 40; // units a second
const SIZE: f32 = 100;

class Walker {
  x: f32 = <f32>Math.random() * SIZE;
  y: f32 = <f32>Math.random() * SIZE;
  toX: f32 = this.x;
  toY: f32 = this.y;

  step(distance: f32): void {
    const dx = this.toX - this.x;
    const dy = this.toY - this.y;
    const left = Mathf.sqrt(dx * dx + dy * dy);
    const share: f32 = left > distance ? distance / left : 1;
    this.x += dx * share;
    this.y += dy * share;
  }
}

export default class Game extends Room {
  walkers: Map<u32, Walker> = new Map();
  heard: FromPlayer = new FromPlayer();
  told: ToPlayer = new ToPlayer();

  onJoin(player: u32, claims: Claims): void {
    this.walkers.set(player, new Walker());
    this.log("player " + player.toString() + " joined");
  }

  onLeave(player: u32, why: LeaveReason): void {
    this.walkers.delete(player);
  }

  onMessage(player: u32, message: Reader): void {
    // False for whatever is not a whole message of the schema: ignore it, the room must live on.
    if (!this.heard.decode(message)) return;
    const to = this.heard.walk;
    const walker = this.walkers.get(player);
    walker.toX = Mathf.max(0, Mathf.min(SIZE, to.x));
    walker.toY = Mathf.max(0, Mathf.min(SIZE, to.y));
  }

  onTick(dtMs: f64): void {
    const distance = <f32>(dtMs / 1000) * SPEED;
    const players = this.players();
    const dots = this.told.setDots().dots;
    for (let i = 0; i < players.length; i++) {
      const walker = this.walkers.get(players[i]);
      walker.step(distance);
      const dot = dots.add();
      dot.player = players[i];
      dot.x = walker.x;
      dot.y = walker.y;
    }
    this.broadcast(this.told.encode(this.writer()));
  }
}
