import { Creature } from "./creature";
import { Pearls } from "./pearls";
import { Rock } from "./rocks";
import { RADIUS } from "./rules";

/** How far a bot sees prey, and from how near it dashes. */
const SIGHT: f64 = 280;
const STRIKE: f64 = 150;
/** From how near it steers round a rock. */
const CARE: f64 = 46;

const NAMES: StaticArray<string> = [
  "Limpet", "Whelk", "Nerite", "Cockle", "Urchin", "Goby", "Blenny", "Shrimp", "Mussel", "Conch", "Starfish",
  "Crab",
];

/** A name for the bot in a slot. */
export function botName(slot: i32): string {
  return NAMES[slot % NAMES.length];
}

/** Gives a bot its next wish: hunt what is near and off its guard, else gather pearls, round the rocks. */
export function think(bot: Creature, dt: f64, creatures: StaticArray<Creature>, pearls: Pearls, rocks: Rock[]): void {
  bot.wish.dash = false;
  bot.thinking -= dt;
  if (bot.thinking > 0) return;
  bot.thinking = 0.12 + Math.random() * 0.2;
  const prey = bot.resting == 0 ? findPrey(bot, creatures) : null;
  if (prey) {
    const dx = prey.x + prey.vx * 0.15 - bot.x;
    const dy = prey.y + prey.vy * 0.15 - bot.y;
    bot.wish.set(dx, dy);
    // Not every chance is taken, or nobody would stand one against them.
    bot.wish.dash = dx * dx + dy * dy < STRIKE * STRIKE && Math.random() < 0.45;
  } else {
    const pearl = pearls.nearest(bot.x, bot.y);
    if (pearl < 0) bot.wish.set(Math.random() - 0.5, Math.random() - 0.5);
    else bot.wish.set(pearls.x[pearl] - bot.x, pearls.y[pearl] - bot.y);
  }
  avoid(bot, rocks);
}

function findPrey(bot: Creature, creatures: StaticArray<Creature>): Creature | null {
  let found: Creature | null = null;
  let best = SIGHT * SIGHT;
  for (let i = 0; i < creatures.length; i++) {
    const other = creatures[i];
    if (other === bot || !other.present || other.shielded > 0) continue;
    const dx = other.x - bot.x;
    const dy = other.y - bot.y;
    // The rich are worth a longer way.
    const square = (dx * dx + dy * dy) / (1 + 0.02 * <f64>other.score);
    if (square < best) {
      best = square;
      found = other;
    }
  }
  return found;
}

/** Bends the wish along a rock that it leads into. */
function avoid(bot: Creature, rocks: Rock[]): void {
  for (let i = 0; i < rocks.length; i++) {
    const rock = rocks[i];
    if (rock.distance(bot.x, bot.y) > RADIUS + CARE) continue;
    const dx = rock.x - bot.x;
    const dy = rock.y - bot.y;
    const ahead = bot.wish.x * dx + bot.wish.y * dy;
    if (ahead <= 0) continue;
    // The tangent on the side that the wish already leans to.
    const side: f64 = bot.wish.x * dy - bot.wish.y * dx > 0 ? 1 : -1;
    bot.wish.set(dy * side - dx * 0.2, -dx * side - dy * 0.2);
  }
}
