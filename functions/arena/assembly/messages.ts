/**
 * Every message of arena, byte for byte; page/messages.ts is the other side. The first byte is the kind.
 * Positions are u16 in 1/32 of a unit.
 *
 * player → room
 *   1 input   u16 sequence, u8 keys: 1 up, 2 down, 4 left, 8 right, 16 dash. Sent when keys change; it holds
 *             until the next one.
 *   2 name    string: 1 to 16 characters
 *
 * room → player
 *   1 scene     u16 width, u16 height in units; u8 n, n × rock (u16 x, u16 y, in units, u8 radius);
 *               u8 n, n × pearl (u8 id, u16 x, u16 y). Once, first.
 *   2 roster    u8 n, n × creature (u8 slot, u32 player or 0xffffffff for a bot, string name). When it changes.
 *   3 snapshot  u32 step; u8 n, n × creature; u16 n, n × event. Every tick.
 *     creature  u8 slot, u16 x, u16 y, i8 faceX, i8 faceY in 1/127, u8 state, u8 rest, u16 score, u16 sequence
 *               state: bits 0-1 shells, 2 dashing, 3 stunned, 4 shielded, 5 gone
 *               rest: what is left until the next dash, in 1/255; sequence: the player's latest input
 *     event     u8 kind, u8 a, u8 b, u16 x, u16 y; see events.ts
 *
 * Pearls change by events alone: messages arrive in order and none is lost, so the scene and the events since
 * then are the pearls.
 */
import { Reader, Writer } from "@rockpool/assembly";
import { Creature } from "./creature";
import { DASH_REST, HEIGHT, PEARL_SLOTS, SLOTS, WIDTH } from "./rules";
import { TidePool } from "./tidepool";

export enum FromPlayer {
  Input = 1,
  Name = 2,
}

enum ToPlayer {
  Scene = 1,
  Roster = 2,
  Snapshot = 3,
}

const MAX_NAME: i32 = 16;

/** Reads an input into the creature's wish; one that is malformed changes nothing. */
export function readInput(message: Reader, creature: Creature): void {
  const sequence = message.u16();
  const keys = message.u8();
  if (!message.ok) return;
  const x: f64 = <f64>((keys >> 3) & 1) - <f64>((keys >> 2) & 1);
  const y: f64 = <f64>((keys >> 1) & 1) - <f64>(keys & 1);
  creature.sequence = sequence;
  creature.wish.set(x, y);
  creature.wish.dash = (keys & 16) != 0;
  if (creature.wish.dash) creature.wish.tapped = true;
}

/** A name, cut to its length; "" when there is none. */
export function readName(message: Reader): string {
  const name = message.string().trim();
  return message.ok ? name.slice(0, MAX_NAME) : "";
}

export function writeScene(out: Writer, pool: TidePool): Writer {
  out.u8(<u8>ToPlayer.Scene).u16(<u16>WIDTH).u16(<u16>HEIGHT).u8(<u8>pool.rocks.length);
  for (let i = 0; i < pool.rocks.length; i++) {
    const rock = pool.rocks[i];
    out.u16(<u16>rock.x).u16(<u16>rock.y).u8(<u8>rock.radius);
  }
  out.u8(<u8>pool.pearls.count);
  for (let id = 0; id < PEARL_SLOTS; id++) {
    if (!pool.pearls.lies[id]) continue;
    out.u8(<u8>id).u16(<u16>(pool.pearls.x[id] * 32)).u16(<u16>(pool.pearls.y[id] * 32));
  }
  return out;
}

export function writeRoster(out: Writer, pool: TidePool): Writer {
  out.u8(<u8>ToPlayer.Roster).u8(<u8>used(pool));
  for (let slot = 0; slot < SLOTS; slot++) {
    const creature = pool.creatures[slot];
    if (creature.used) out.u8(<u8>slot).u32(creature.player).string(creature.name);
  }
  return out;
}

export function writeSnapshot(out: Writer, pool: TidePool): Writer {
  out.u8(<u8>ToPlayer.Snapshot).u32(pool.steps).u8(<u8>used(pool));
  for (let slot = 0; slot < SLOTS; slot++) {
    const creature = pool.creatures[slot];
    if (creature.used) writeCreature(out, creature);
  }
  return out.u16(<u16>pool.events.count).append(pool.events.bytes);
}

function writeCreature(out: Writer, creature: Creature): void {
  let state: u32 = max(creature.shells, 0) & 3;
  if (creature.dashing > 0) state |= 4;
  if (creature.stunned > 0) state |= 8;
  if (creature.shielded > 0) state |= 16;
  if (creature.gone > 0) state |= 32;
  out.u8(<u8>creature.slot).u16(<u16>(creature.x * 32)).u16(<u16>(creature.y * 32));
  out.i8(<i8>(creature.faceX * 127)).i8(<i8>(creature.faceY * 127)).u8(<u8>state);
  out.u8(<u8>((creature.resting / DASH_REST) * 255)).u16(<u16>creature.score).u16(creature.sequence);
}

function used(pool: TidePool): i32 {
  let count = 0;
  for (let slot = 0; slot < SLOTS; slot++) if (pool.creatures[slot].used) count++;
  return count;
}
