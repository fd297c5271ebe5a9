// One player of a rating period.

/** How far one game can move a rating. */
const K: f64 = 32;

export class Player {
  games: i32 = 0;
  score: f64 = 0;
  expected: f64 = 0;

  constructor(
    public name: string,
    public before: i32,
  ) {}

  /** Takes in a game: 1 won, 0.5 drawn, 0 lost. */
  play(score: f64, opponent: i32): void {
    this.games++;
    this.score += score;
    this.expected += 1 / (1 + Math.pow(10, <f64>(opponent - this.before) / 400));
  }

  get change(): i32 {
    return <i32>Math.round(K * (this.score - this.expected));
  }

  /** Best first; those with the same rating by name. */
  static order(a: Player, b: Player): i32 {
    const difference = b.before + b.change - (a.before + a.change);
    if (difference != 0) return difference;
    return a.name < b.name ? -1 : 1;
  }

  /** Names need no escaping: see isPlayerName. */
  toJson(): string {
    const rating = (this.before + this.change).toString();
    const counts = ',"games":' + this.games.toString() + ',"score":' + hundredths(this.score);
    return (
      '{"name":"' + this.name + '","rating":' + rating + ',"change":' + this.change.toString() + counts +
      ',"expected":' + hundredths(this.expected) + "}"
    );
  }
}

export function isPlayerName(name: string): bool {
  if (name.length < 1 || name.length > 32) return false;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
    const digit = c >= 48 && c <= 57;
    if (!letter && !digit && c != 95 && c != 45) return false;
  }
  return true;
}

/** A number with at most two decimals, as JSON. */
function hundredths(value: f64): string {
  const all = <i32>Math.round(value * 100);
  const part = all % 100;
  const whole = (all / 100).toString();
  if (part == 0) return whole;
  if (part % 10 == 0) return whole + "." + (part / 10).toString();
  return whole + "." + (part < 10 ? "0" : "") + part.toString();
}
