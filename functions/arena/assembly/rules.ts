/**
 * The rules in numbers. Lengths are in units of the pool (a creature is 40 across), times in seconds, speeds in
 * units a second. Change one, save, and feel the difference.
 */

export const WIDTH: f64 = 1600;
export const HEIGHT: f64 = 1000;

/** Creatures in a pool: bots make up for players that are not there. */
export const POPULATION: i32 = 6;
/** Slots for creatures; as many as `maxPlayers` in rockpool.json. */
export const SLOTS: i32 = 32;

export const RADIUS: f64 = 20;
export const SPEED: f64 = 270;
export const BOT_SPEED: f64 = 225;
/** How fast a creature reaches the speed it wants, a second: higher is tighter. */
export const GRIP: f64 = 7;

export const DASH_SPEED: f64 = 780;
export const DASH_TIME: f64 = 0.18;
export const DASH_REST: f64 = 1.1;

/** Hits that a creature takes until it pops. */
export const SHELLS: i32 = 3;
/** A hit creature cannot steer for this long, and cannot be hit for the longer one. */
export const STUN_TIME: f64 = 0.4;
export const HIT_SHIELD: f64 = 0.9;
export const KNOCK: f64 = 520;

export const RESPAWN_TIME: f64 = 2.2;
export const RESPAWN_SHIELD: f64 = 1.8;

/** Pearls that lie about when nothing was spilled; and the most there can be. */
export const PEARLS: i32 = 26;
export const PEARL_SLOTS: i32 = 64;
export const PEARL_RADIUS: f64 = 9;
/** Seconds between new pearls while there are too few. */
export const PEARL_TIME: f64 = 0.35;
/** Score for popping a creature, and the most pearls that it spills. */
export const POP_SCORE: i32 = 5;
export const MAX_SPILL: i32 = 10;

export const ROCKS: i32 = 9;
export const ROCK_MIN: f64 = 38;
export const ROCK_MAX: f64 = 92;
/** Every gap between rocks, and to the edge, is wide enough for two creatures. */
export const GAP: f64 = 90;
