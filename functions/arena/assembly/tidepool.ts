import { Reader, Writer } from "@rockpool/assembly";
import { botName, think } from "./bots";
import { Clash, clash } from "./clashes";
import { BOT, Creature } from "./creature";
import { Events } from "./events";
import { EventKind } from "./messages";
import { Pearls } from "./pearls";
import { isClear, placeRocks, readRocks, Rock, writeRocks } from "./rocks";
import {
  HEIGHT, MAX_SPILL, PEARL_RADIUS, PEARL_SLOTS, PEARLS, POP_SCORE, POPULATION, RADIUS, RESPAWN_TIME, SLOTS, WIDTH,
} from "./rules";

/**
 * The game without its wire: what is in the pool, and what a step of time does to it. All state is here, and
 * all chance comes from the room's generator, so the same inputs give the same game.
 */
export class TidePool {
  rocks: Rock[] = placeRocks();
  pearls: Pearls = new Pearls(this.rocks);
  creatures: StaticArray<Creature> = new StaticArray<Creature>(SLOTS);
  events: Events = new Events();
  /** Steps since the start. */
  steps: u32 = 0;

  constructor() {
    for (let slot = 0; slot < SLOTS; slot++) this.creatures[slot] = new Creature(slot);
    for (let i = 0; i < PEARLS; i++) this.pearls.scatter();
    this.populate();
  }

  /** A player's creature or, for BOT, the first bot; null when there is none. */
  find(player: u32): Creature | null {
    for (let slot = 0; slot < SLOTS; slot++) {
      const creature = this.creatures[slot];
      if (creature.used && creature.player == player) return creature;
    }
    return null;
  }

  /** Lets a player in, in a bot's stead when there is one. False when every slot is a player's. */
  enter(player: u32, name: string): bool {
    let creature = this.find(BOT);
    if (!creature) creature = this.free();
    if (!creature) return false;
    creature.enter(player, name);
    this.appear(creature);
    return true;
  }

  /** A player lost its connection: its creature drifts instead of following the last keys for ever. */
  idle(player: u32): void {
    const creature = this.find(player);
    if (!creature) return;
    creature.wish.set(0, 0);
    creature.wish.dash = false;
  }

  leave(player: u32): void {
    const creature = this.find(player);
    if (!creature) return;
    creature.used = false;
    this.populate();
  }

  /** Bots for the players that are missing. */
  private populate(): void {
    let count = 0;
    for (let slot = 0; slot < SLOTS; slot++) if (this.creatures[slot].used) count++;
    for (; count < POPULATION; count++) {
      const creature = this.free()!;
      creature.enter(BOT, botName(creature.slot));
      this.appear(creature);
    }
  }

  /** A slot that nobody uses, or null. */
  private free(): Creature | null {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (!this.creatures[slot].used) return this.creatures[slot];
    }
    return null;
  }

  /** Puts a creature where neither rock nor creature is near, as far as a few tries find such a place. */
  private appear(creature: Creature): void {
    let x: f64 = 0;
    let y: f64 = 0;
    for (let tries = 0; tries < 20; tries++) {
      x = 60 + Math.random() * (WIDTH - 120);
      y = 60 + Math.random() * (HEIGHT - 120);
      if (isClear(this.rocks, x, y, RADIUS + 10) && this.isLonely(x, y)) break;
    }
    creature.appear(x, y);
    this.events.add(EventKind.Appeared, creature.slot, 0, x, y);
  }

  private isLonely(x: f64, y: f64): bool {
    for (let slot = 0; slot < SLOTS; slot++) {
      const other = this.creatures[slot];
      if (!other.present) continue;
      const dx = other.x - x;
      const dy = other.y - y;
      if (dx * dx + dy * dy < 180 * 180) return false;
    }
    return true;
  }

  /** The game as it stands, for code that takes the room over. */
  write(out: Writer): void {
    out.u32(this.steps);
    writeRocks(this.rocks, out);
    this.pearls.write(out);
    this.events.write(out);
    let used = 0;
    for (let slot = 0; slot < SLOTS; slot++) if (this.creatures[slot].used) used++;
    out.varint(used);
    for (let slot = 0; slot < SLOTS; slot++) {
      if (!this.creatures[slot].used) continue;
      out.u8(<u8>slot);
      this.creatures[slot].write(out);
    }
  }

  /** Reads what `write` wrote, in place of what is there; false when it does not fit these rules. */
  read(state: Reader): bool {
    this.steps = state.u32();
    readRocks(this.rocks, state);
    if (!this.pearls.read(state)) return false;
    this.events.read(state);
    for (let slot = 0; slot < SLOTS; slot++) this.creatures[slot].used = false;
    const used = state.varint();
    for (let i: u32 = 0; i < used && state.ok; i++) {
      const slot = state.u8();
      if (<i32>slot >= SLOTS) return false;
      this.creatures[slot].read(state);
    }
    return state.ok;
  }

  /** One step of `dt` seconds. */
  step(dt: f64): void {
    this.steps++;
    for (let slot = 0; slot < SLOTS; slot++) this.stepCreature(this.creatures[slot], dt);
    for (let slot = 0; slot < SLOTS; slot++) this.clashes(this.creatures[slot]);
    for (let slot = 0; slot < SLOTS; slot++) this.gather(this.creatures[slot]);
    this.announce(this.pearls.grow(dt));
  }

  private stepCreature(creature: Creature, dt: f64): void {
    if (!creature.used) return;
    if (creature.gone > 0) {
      creature.gone = Math.max(0, creature.gone - dt);
      if (creature.gone == 0) this.appear(creature);
      return;
    }
    creature.age(dt);
    if (creature.player == BOT) think(creature, dt, this.creatures, this.pearls, this.rocks);
    if (creature.steer(dt)) this.events.add(EventKind.Dashed, creature.slot, 0, creature.x, creature.y);
    creature.move(dt, this.rocks);
  }

  /** A creature against those in higher slots, so that every pair meets once. */
  private clashes(one: Creature): void {
    for (let slot = one.slot + 1; slot < SLOTS && one.present; slot++) {
      const two = this.creatures[slot];
      if (!two.present) continue;
      const outcome = clash(one, two);
      if (outcome == Clash.Hit) this.hit(one, two);
      else if (outcome == Clash.HitBack) this.hit(two, one);
      // Being pushed must not push through a wall.
      if (outcome != Clash.None) {
        one.move(0, this.rocks);
        two.move(0, this.rocks);
      }
    }
  }

  private hit(striker: Creature, victim: Creature): void {
    if (victim.shells > 0) {
      this.events.add(EventKind.Hit, striker.slot, victim.slot, victim.x, victim.y);
      this.spill(victim, 1);
      return;
    }
    this.events.add(EventKind.Popped, striker.slot, victim.slot, victim.x, victim.y);
    striker.score = min(striker.score + POP_SCORE, <i32>u16.MAX_VALUE);
    this.spill(victim, min(victim.score / 2, MAX_SPILL));
    victim.gone = RESPAWN_TIME;
  }

  /** Scatters some of a creature's pearls around it. What finds no place is lost. */
  private spill(creature: Creature, count: i32): void {
    const spilled = min(count, creature.score);
    creature.score -= spilled;
    for (let i = 0; i < spilled; i++) {
      const x = creature.x + (Math.random() - 0.5) * 160;
      const y = creature.y + (Math.random() - 0.5) * 160;
      this.announce(this.pearls.drop(x, y));
    }
  }

  private announce(pearl: i32): void {
    if (pearl < 0) return;
    this.events.add(EventKind.PearlAppeared, pearl, 0, this.pearls.x[pearl], this.pearls.y[pearl]);
  }

  /** A creature takes the pearls that it touches; a stunned one has no hands free. */
  private gather(creature: Creature): void {
    if (!creature.present || creature.stunned > 0) return;
    const pearls = this.pearls;
    const reach = RADIUS + PEARL_RADIUS;
    for (let id = 0; id < PEARL_SLOTS; id++) {
      if (!pearls.lies[id]) continue;
      const dx = pearls.x[id] - creature.x;
      const dy = pearls.y[id] - creature.y;
      if (dx * dx + dy * dy > reach * reach) continue;
      pearls.take(id);
      creature.score = min(creature.score + 1, <i32>u16.MAX_VALUE);
      this.events.add(EventKind.PearlTaken, id, creature.slot, pearls.x[id], pearls.y[id]);
    }
  }
}
