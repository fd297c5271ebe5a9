/** What the `score` sample does, in JavaScript: the same requests, answers and refusals (functions/score). */

const K = 32;
const MAX_LINES = 1000;
const NAME = /^[A-Za-z0-9_-]{1,32}$/;
const RATING = /^\d{1,4}$/;
const MAX_RATING = 4000;
const SCORES: ReadonlyMap<string, number> = new Map([
  ["win", 1],
  ["draw", 0.5],
  ["loss", 0],
]);

class Player {
  readonly name: string;
  readonly before: number;
  games = 0;
  score = 0;
  expected = 0;

  constructor(name: string, before: number) {
    this.name = name;
    this.before = before;
  }

  play(score: number, opponent: number): void {
    this.games++;
    this.score += score;
    this.expected += 1 / (1 + 10 ** ((opponent - this.before) / 400));
  }

  get change(): number {
    return Math.round(K * (this.score - this.expected));
  }
}

export default function score(request: string): string {
  const lines = request.split("\n");
  if (lines.length > MAX_LINES) throw new Error("at most 1000 lines");
  const players = new Map<string, Player>();
  for (const ratings of [true, false]) {
    for (let n = 0; n < lines.length; n++) {
      const fault = readLine(lines[n]!, ratings, players);
      if (fault !== null) throw new Error(`line ${n + 1}: ${fault}`);
    }
  }
  return written([...players.values()]);
}

/** Takes in one line: ratings in the first pass, results in the second. Returns what is wrong with it. */
function readLine(line: string, ratings: boolean, players: Map<string, Player>): string | null {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return null;
  const words = text.split(" ");
  const name = words[0]!;
  if (!NAME.test(name)) return "a name is 1 to 32 of letters, digits, _ and -";
  if (words.length !== 2 && words.length !== 3)
    return "write `name rating` or `name win|draw|loss opponent-rating`";
  const last = words.at(-1)!;
  const rating = RATING.test(last) ? Number(last) : MAX_RATING + 1;
  if (rating > MAX_RATING) return "a rating is a whole number from 0 to 4000";
  if (words.length === 2) {
    if (!ratings) return null;
    if (players.has(name)) return `${name} has a rating already`;
    players.set(name, new Player(name, rating));
    return null;
  }
  const result = SCORES.get(words[1]!);
  if (result === undefined) return "a result is win, draw or loss";
  if (ratings) return null;
  let player = players.get(name);
  if (player === undefined) {
    player = new Player(name, 1500);
    players.set(name, player);
  }
  player.play(result, rating);
  return null;
}

function written(players: Player[]): string {
  const rated = players.map((player) => ({
    name: player.name,
    rating: player.before + player.change,
    change: player.change,
    games: player.games,
    score: hundredths(player.score),
    expected: hundredths(player.expected),
  }));
  rated.sort((a, b) => b.rating - a.rating || (a.name < b.name ? -1 : 1));
  return JSON.stringify({ players: rated });
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
