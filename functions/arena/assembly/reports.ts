/** What players are told, in the types of messages.rock. The messages are made once and filled again for every tick. */
import { BOT, Creature as Animal } from "./creature";
import { Creature, ToPlayer } from "./messages";
import { DASH_REST, HEIGHT, PEARL_SLOTS, SLOTS, WIDTH } from "./rules";
import { TidePool } from "./tidepool";

/** Positions in motion are sent in steps of 1/32 of a unit. */
const STEPS: f64 = 32;

export class Reports {
  private message: ToPlayer = new ToPlayer();

  scene(pool: TidePool): ToPlayer {
    const scene = this.message.setScene();
    scene.width = <u16>WIDTH;
    scene.height = <u16>HEIGHT;
    for (let i = 0; i < pool.rocks.length; i++) {
      const rock = scene.rocks.add();
      rock.x = <u16>pool.rocks[i].x;
      rock.y = <u16>pool.rocks[i].y;
      rock.radius = <u8>pool.rocks[i].radius;
    }
    for (let id = 0; id < PEARL_SLOTS; id++) {
      if (!pool.pearls.lies[id]) continue;
      const pearl = scene.pearls.add();
      pearl.id = <u8>id;
      pearl.x = <u16>(pool.pearls.x[id] * STEPS);
      pearl.y = <u16>(pool.pearls.y[id] * STEPS);
    }
    return this.message;
  }

  roster(pool: TidePool): ToPlayer {
    const residents = this.message.setRoster().residents;
    for (let slot = 0; slot < SLOTS; slot++) {
      const animal = pool.creatures[slot];
      if (!animal.used) continue;
      const resident = residents.add();
      resident.slot = <u8>slot;
      resident.hasPlayer = animal.player != BOT;
      resident.player = animal.player;
      resident.name = animal.name;
    }
    return this.message;
  }

  /** What there is now, and what happened since the last snapshot. */
  snapshot(pool: TidePool): ToPlayer {
    const snapshot = this.message.setSnapshot();
    snapshot.step = pool.steps;
    for (let slot = 0; slot < SLOTS; slot++) {
      const animal = pool.creatures[slot];
      if (animal.used) describe(animal, snapshot.creatures.add());
    }
    const happened = pool.events.list;
    for (let i = 0; i < happened.length; i++) {
      const from = happened[i];
      const event = snapshot.events.add();
      event.what = from.what;
      event.a = from.a;
      event.b = from.b;
      event.x = from.x;
      event.y = from.y;
    }
    return this.message;
  }
}

function describe(animal: Animal, creature: Creature): void {
  creature.slot = <u8>animal.slot;
  creature.x = <u16>(animal.x * STEPS);
  creature.y = <u16>(animal.y * STEPS);
  creature.faceX = <i8>(animal.faceX * 127);
  creature.faceY = <i8>(animal.faceY * 127);
  creature.dashing = animal.dashing > 0;
  creature.stunned = animal.stunned > 0;
  creature.shielded = animal.shielded > 0;
  creature.gone = animal.gone > 0;
  creature.shells = <u8>max(animal.shells, 0);
  creature.rest = <u8>((animal.resting / DASH_REST) * 255);
  creature.score = <u16>animal.score;
  creature.sequence = animal.sequence;
}
