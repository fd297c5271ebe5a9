import { Creature } from "./creature";
import { HIT_SHIELD, KNOCK, RADIUS, STUN_TIME } from "./rules";

/** What came of two creatures that touch. */
export enum Clash {
  None,
  /** They pushed each other apart. */
  Bump,
  /** The first one's dash hit the second. */
  Hit,
  /** The second one's dash hit the first. */
  HitBack,
}

/**
 * Parts two creatures that overlap, as equal weights, and says whether a dash went home. A dash against a dash
 * is a bump: courage meets courage.
 */
export function clash(one: Creature, two: Creature): Clash {
  const dx = two.x - one.x;
  const dy = two.y - one.y;
  const square = dx * dx + dy * dy;
  const reach = 2 * RADIUS;
  if (square >= reach * reach) return Clash.None;
  const distance = Math.sqrt(square);
  const nx = distance > 0 ? dx / distance : 1;
  const ny = distance > 0 ? dy / distance : 0;
  const overlap = (reach - distance) / 2;
  one.x -= nx * overlap;
  one.y -= ny * overlap;
  two.x += nx * overlap;
  two.y += ny * overlap;
  const closing = (one.vx - two.vx) * nx + (one.vy - two.vy) * ny;
  if (closing <= 0) return Clash.Bump;
  const push = closing * 0.9;
  one.vx -= nx * push;
  one.vy -= ny * push;
  two.vx += nx * push;
  two.vy += ny * push;
  const oneStrikes = one.dashing > 0;
  const twoStrikes = two.dashing > 0;
  if (oneStrikes && !twoStrikes && two.shielded == 0) return struck(one, two, nx, ny, Clash.Hit);
  if (twoStrikes && !oneStrikes && one.shielded == 0) return struck(two, one, -nx, -ny, Clash.HitBack);
  return Clash.Bump;
}

function struck(striker: Creature, victim: Creature, nx: f64, ny: f64, outcome: Clash): Clash {
  striker.dashing = 0;
  victim.vx = nx * KNOCK;
  victim.vy = ny * KNOCK;
  victim.stunned = STUN_TIME;
  victim.shielded = HIT_SHIELD;
  victim.shells--;
  return outcome;
}
