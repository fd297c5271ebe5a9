// A real-time room: every player is a dot that walks to where its player points. The server moves the dots,
// twenty times a second, and tells everyone where they are.
//
// From a client:  u8 1, f32 x, f32 y                            walk there; the field is 100 by 100
// To everyone:    u8 1, varint count, count × (u32 player, f32 x, f32 y)
import { Claims, LeaveReason, Reader, Room } from "@rockpool/assembly";

/** Change it, save, and watch the running room. */
const SPEED: f32 = 40; // units a second
const SIZE: f32 = 100;

const WALK: u8 = 1;
const DOTS: u8 = 1;

class Dot {
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
  dots: Map<u32, Dot> = new Map();

  onJoin(player: u32, claims: Claims): void {
    this.dots.set(player, new Dot());
    this.log("player " + player.toString() + " joined");
  }

  onLeave(player: u32, why: LeaveReason): void {
    this.dots.delete(player);
  }

  onMessage(player: u32, message: Reader): void {
    const op = message.u8();
    const x = message.f32();
    const y = message.f32();
    // Whatever a client sends, the room must live on: check, then ignore what is not right.
    if (!message.ok || op != WALK || !isFinite(x) || !isFinite(y)) return;
    const dot = this.dots.get(player);
    dot.toX = Mathf.max(0, Mathf.min(SIZE, x));
    dot.toY = Mathf.max(0, Mathf.min(SIZE, y));
  }

  onTick(dtMs: f64): void {
    const distance = <f32>(dtMs / 1000) * SPEED;
    const players = this.players();
    const out = this.writer().u8(DOTS).varint(players.length);
    for (let i = 0; i < players.length; i++) {
      const dot = this.dots.get(players[i]);
      dot.step(distance);
      out.u32(players[i]).f32(dot.x).f32(dot.y);
    }
    this.broadcast(out);
  }
}
