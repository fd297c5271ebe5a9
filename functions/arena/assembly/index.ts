/**
 * Arena: creatures of a rock pool gather pearls and knock them out of each other. This file is the room: it
 * turns messages into wishes for the game (tidepool.ts), and the game into messages (reports.ts).
 */
import { Claims, LeaveReason, Reader, Room, Writer } from "@rockpool/assembly";
import { Creature } from "./creature";
import { FromPlayer, FromPlayerInput, FromPlayerKind } from "./messages";
import { Reports } from "./reports";
import { TidePool } from "./tidepool";

/** Characters of a name; what comes after them is cut. */
const MAX_NAME: i32 = 16;
/** Of what is saved. Raise it when its shape changes, and read the older ones in `onRestore` as well. */
const SAVED_AS: u8 = 1;

export default class Arena extends Room {
  private pool: TidePool = new TidePool();
  private reports: Reports = new Reports();
  private heard: FromPlayer = new FromPlayer();

  onJoin(player: u32, claims: Claims): void {
    if (!this.pool.enter(player, "Player " + player.toString())) return this.refuse("the pool is full");
    this.send(player, this.reports.scene(this.pool).encode(this.writer()));
    this.sendRoster();
  }

  /** What was told meanwhile may be lost, and the page may have been loaded again: both are told from the start. */
  onRejoin(player: u32): void {
    this.send(player, this.reports.scene(this.pool).encode(this.writer()));
    this.send(player, this.reports.roster(this.pool).encode(this.writer()));
  }

  onMessage(player: u32, message: Reader): void {
    const creature = this.pool.find(player);
    const heard = this.heard;
    if (!creature || !heard.decode(message)) return;
    if (heard.kind == FromPlayerKind.Input) steer(creature, heard.input);
    if (heard.kind == FromPlayerKind.Name) this.rename(creature, heard.name.name);
  }

  private rename(creature: Creature, wanted: string): void {
    const name = wanted.trim().slice(0, MAX_NAME);
    if (name == "" || name == creature.name) return;
    creature.name = name;
    this.sendRoster();
  }

  onTick(dtMs: f64): void {
    this.pool.step(dtMs / 1000);
    this.broadcast(this.reports.snapshot(this.pool).encode(this.writer()));
    this.pool.events.clear();
  }

  onDrop(player: u32): void {
    this.pool.idle(player);
  }

  onLeave(player: u32, why: LeaveReason): void {
    this.pool.leave(player);
    this.sendRoster();
  }

  onSave(out: Writer): void {
    this.pool.write(out.u8(SAVED_AS));
  }

  /** The pages know the scene already, and hear of what changes from the next tick on. */
  onRestore(state: Reader): void {
    if (state.u8() != SAVED_AS) return this.refuse("this pool was saved by another version");
    const pool = new TidePool();
    if (!pool.read(state)) return this.refuse("this pool was saved under other rules");
    this.pool = pool;
  }

  private sendRoster(): void {
    this.broadcast(this.reports.roster(this.pool).encode(this.writer()));
  }
}

/** Turns keys into the creature's wish. */
function steer(creature: Creature, input: FromPlayerInput): void {
  const keys = input.keys;
  const x: f64 = <f64>((keys >> 3) & 1) - <f64>((keys >> 2) & 1);
  const y: f64 = <f64>((keys >> 1) & 1) - <f64>(keys & 1);
  creature.sequence = input.sequence;
  creature.wish.set(x, y);
  creature.wish.dash = (keys & 16) != 0;
  if (creature.wish.dash) creature.wish.tapped = true;
}
