import { Reader, Writer } from "@rockpool/assembly";
import { readNumber } from "./numbers";
import { Rock } from "./rocks";
import {
  BOT_SPEED, DASH_REST, DASH_SPEED, DASH_TIME, GRIP, HEIGHT, RADIUS, RESPAWN_SHIELD, SHELLS, SPEED, WIDTH,
} from "./rules";

/** In the place of a player's id: a bot. */
export const BOT: u32 = u32.MAX_VALUE;

/** What a creature is told to do until it is told otherwise: by its player's keys, or by a bot's thought. */
export class Wish {
  /** Direction, of length 0 or 1. */
  x: f64 = 0;
  y: f64 = 0;
  /** Dashes as soon as it can, for as long as it is set. */
  dash: bool = false;
  /** The same for the next step alone: a key that went down and up between two steps still counts. */
  tapped: bool = false;

  set(x: f64, y: f64): void {
    const length = Math.sqrt(x * x + y * y);
    this.x = length > 0 ? x / length : 0;
    this.y = length > 0 ? y / length : 0;
  }
}

/** One slot of the pool: a player's creature, a bot, or nobody. Slots are reused, so a tick makes no garbage. */
export class Creature {
  used: bool = false;
  /** Whose it is, or BOT. */
  player: u32 = BOT;
  name: string = "";
  wish: Wish = new Wish();
  /** Number of the input that `wish` came from, echoed so that a client can time it. */
  sequence: u16 = 0;

  x: f64 = 0;
  y: f64 = 0;
  vx: f64 = 0;
  vy: f64 = 0;
  /** Where it looks: a direction of length 1. */
  faceX: f64 = 1;
  faceY: f64 = 0;

  score: i32 = 0;
  shells: i32 = SHELLS;
  /** Seconds left of each state; 0: not in it. */
  dashing: f64 = 0;
  resting: f64 = 0;
  stunned: f64 = 0;
  shielded: f64 = 0;
  /** Seconds until it comes back; 0: it is in the pool. */
  gone: f64 = 0;
  /** A bot's seconds until its next thought. */
  thinking: f64 = 0;

  constructor(public slot: i32) {}

  get present(): bool {
    return this.used && this.gone == 0;
  }

  /** A new owner takes the slot. */
  enter(player: u32, name: string): void {
    this.used = true;
    this.player = player;
    this.name = name;
    this.wish.set(0, 0);
    this.wish.dash = this.wish.tapped = false;
    this.sequence = 0;
    this.score = 0;
    this.thinking = 0;
  }

  /** What a saved pool holds of it. */
  write(out: Writer): void {
    out.u32(this.player).string(this.name).u16(this.sequence);
    out.f64(this.wish.x).f64(this.wish.y).bool(this.wish.dash).bool(this.wish.tapped);
    out.f64(this.x).f64(this.y).f64(this.vx).f64(this.vy).f64(this.faceX).f64(this.faceY);
    out.i32(this.score).i32(this.shells);
    out.f64(this.dashing).f64(this.resting).f64(this.stunned).f64(this.shielded).f64(this.gone).f64(this.thinking);
  }

  /** Reads what `write` wrote. */
  read(state: Reader): void {
    this.used = true;
    this.player = state.u32();
    this.name = state.string();
    this.sequence = state.u16();
    this.wish.x = readNumber(state);
    this.wish.y = readNumber(state);
    this.wish.dash = state.bool();
    this.wish.tapped = state.bool();
    this.x = readNumber(state);
    this.y = readNumber(state);
    this.vx = readNumber(state);
    this.vy = readNumber(state);
    this.faceX = readNumber(state);
    this.faceY = readNumber(state);
    this.score = state.i32();
    this.shells = state.i32();
    this.dashing = readNumber(state);
    this.resting = readNumber(state);
    this.stunned = readNumber(state);
    this.shielded = readNumber(state);
    this.gone = readNumber(state);
    this.thinking = readNumber(state);
  }

  /** Appears whole, and safe for a moment. */
  appear(x: f64, y: f64): void {
    this.x = x;
    this.y = y;
    this.vx = this.vy = 0;
    this.shells = SHELLS;
    this.dashing = this.resting = this.stunned = this.gone = 0;
    this.shielded = RESPAWN_SHIELD;
  }

  /** Lets time pass in every state. */
  age(dt: f64): void {
    this.dashing = Math.max(0, this.dashing - dt);
    this.resting = Math.max(0, this.resting - dt);
    this.stunned = Math.max(0, this.stunned - dt);
    this.shielded = Math.max(0, this.shielded - dt);
  }

  /** Turns the wish into speed. Returns whether a dash began. */
  steer(dt: f64): bool {
    const wish = this.wish;
    const dash = wish.dash || wish.tapped;
    wish.tapped = false;
    if (this.stunned > 0) {
      this.slow(dt * 2.5);
      return false;
    }
    if (wish.x != 0 || wish.y != 0) {
      this.faceX = wish.x;
      this.faceY = wish.y;
    }
    if (dash && this.resting == 0) {
      this.dashing = DASH_TIME;
      this.resting = DASH_REST;
      this.vx = this.faceX * DASH_SPEED;
      this.vy = this.faceY * DASH_SPEED;
      return true;
    }
    if (this.dashing > 0) return false;
    const speed = this.player == BOT ? BOT_SPEED : SPEED;
    const share = Math.min(1, GRIP * dt);
    this.vx += (wish.x * speed - this.vx) * share;
    this.vy += (wish.y * speed - this.vy) * share;
    return false;
  }

  private slow(share: f64): void {
    this.vx -= this.vx * share;
    this.vy -= this.vy * share;
  }

  /** Moves, and stays within the pool and out of the rocks. */
  move(dt: f64, rocks: Rock[]): void {
    this.x += this.vx * dt;
    this.y += this.vy * dt;
    for (let i = 0; i < rocks.length; i++) this.leave(rocks[i]);
    if (this.x < RADIUS) this.bounceX(RADIUS);
    if (this.x > WIDTH - RADIUS) this.bounceX(WIDTH - RADIUS);
    if (this.y < RADIUS) this.bounceY(RADIUS);
    if (this.y > HEIGHT - RADIUS) this.bounceY(HEIGHT - RADIUS);
  }

  private bounceX(edge: f64): void {
    this.x = edge;
    this.vx *= -0.4;
  }

  private bounceY(edge: f64): void {
    this.y = edge;
    this.vy *= -0.4;
  }

  /** Slides off a rock: the speed into it is turned back a little, the speed along it stays. */
  private leave(rock: Rock): void {
    const dx = this.x - rock.x;
    const dy = this.y - rock.y;
    const reach = rock.radius + RADIUS;
    const square = dx * dx + dy * dy;
    if (square >= reach * reach) return;
    const distance = Math.sqrt(square);
    // Dead centre has no direction: any will do.
    const nx = distance > 0 ? dx / distance : 1;
    const ny = distance > 0 ? dy / distance : 0;
    this.x = rock.x + nx * reach;
    this.y = rock.y + ny * reach;
    const into = this.vx * nx + this.vy * ny;
    if (into < 0) {
      this.vx -= nx * into * 1.3;
      this.vy -= ny * into * 1.3;
    }
  }
}
