/**
 * The player's own creature, ahead of the room: keys move it at once, by the rules of ../assembly/rules.ts, and
 * what the room says pulls it gently to where it really is. Without this every turn would be felt one round
 * trip and {@link World}'s delay late.
 */
import { Key } from "./controls.ts";
import type { Circle, Creature, Point, Scene } from "./snapshot.ts";

const SPEED = 270;
const GRIP = 7;
const DASH_SPEED = 780;
const DASH_SECONDS = 0.18;
const RADIUS = 20;

/** How fast an error shrinks, a second; past SNAP units it is no error but a leap. */
const PULL = 7;
const SNAP = 140;

export class Prediction implements Point {
  x = 0;
  y = 0;
  faceX = 1;
  faceY = 0;
  #vx = 0;
  #vy = 0;
  #dashing = 0;

  /**
   * @param seconds since the last step
   * @param keys held now
   * @param known the creature in the latest snapshot
   * @param velocity of it, in units a second
   * @param age seconds since what the snapshot shows, round trip included
   */
  step(seconds: number, keys: number, known: Creature, velocity: Point, age: number, scene: Scene): void {
    const expected = { x: known.x + velocity.x * age, y: known.y + velocity.y * age };
    if (known.gone || Math.hypot(expected.x - this.x, expected.y - this.y) > SNAP) {
      this.x = known.x;
      this.y = known.y;
      this.#vx = this.#vy = this.#dashing = 0;
      return;
    }
    this.#steer(seconds, keys, known, velocity);
    this.x += this.#vx * seconds;
    this.y += this.#vy * seconds;
    for (const rock of scene.rocks) this.#leave(rock);
    this.x = Math.max(RADIUS, Math.min(scene.width - RADIUS, this.x));
    this.y = Math.max(RADIUS, Math.min(scene.height - RADIUS, this.y));
    const share = Math.min(1, PULL * seconds);
    this.x += (expected.x - this.x) * share;
    this.y += (expected.y - this.y) * share;
  }

  #steer(seconds: number, keys: number, known: Creature, velocity: Point): void {
    if (known.stunned) {
      this.#vx = velocity.x;
      this.#vy = velocity.y;
      return;
    }
    let x = Number((keys & Key.Right) !== 0) - Number((keys & Key.Left) !== 0);
    let y = Number((keys & Key.Down) !== 0) - Number((keys & Key.Up) !== 0);
    const length = Math.hypot(x, y);
    if (length > 0) {
      this.faceX = x /= length;
      this.faceY = y /= length;
    }
    this.#dashing -= seconds;
    if (this.#dashing > 0) return;
    if ((keys & Key.Dash) !== 0 && known.rest === 0 && this.#dashing < -DASH_SECONDS) {
      this.#dashing = DASH_SECONDS;
      this.#vx = this.faceX * DASH_SPEED;
      this.#vy = this.faceY * DASH_SPEED;
      return;
    }
    const share = Math.min(1, GRIP * seconds);
    this.#vx += (x * SPEED - this.#vx) * share;
    this.#vy += (y * SPEED - this.#vy) * share;
  }

  #leave(rock: Circle): void {
    const dx = this.x - rock.x;
    const dy = this.y - rock.y;
    const distance = Math.hypot(dx, dy);
    const reach = rock.radius + RADIUS;
    if (distance >= reach || distance === 0) return;
    this.x = rock.x + (dx / distance) * reach;
    this.y = rock.y + (dy / distance) * reach;
  }
}
