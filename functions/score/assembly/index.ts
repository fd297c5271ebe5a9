/*
 * Score: a call function that rates players by Elo. It keeps nothing: the request says all, and the same request
 * always has the same answer.
 *
 * Request, UTF-8 text, one entry a line (empty lines and lines from `#` are skipped), at most 1,000 lines:
 *
 *   ada 1620            the rating that ada comes with (1500 if not said)
 *   ada win 1500        ada's result (win, draw or loss) against an opponent with this rating
 *
 * Names are 1 to 32 of letters, digits, `_` and `-`; ratings are from 0 to 4000.
 *
 * Response, JSON, best first:
 *
 *   {"players":[{"name":"ada","rating":1631,"change":11,"games":1,"score":1,"expected":0.67}]}
 *
 * All results count as one rating period, so their order does not matter: a player's rating changes by
 * 32 × (score - expected score), where each game is expected to score 1 / (1 + 10^((opponent - rating) / 400))
 * (Elo, The Rating of Chessplayers, 1978). A request that breaks a rule is refused with the line's number.
 */
import { Reader, refuse, Writer } from "@rockpool/assembly";
import { isPlayerName, Player } from "./player";

const MAX_LINES = 1000;
const MAX_RATING = 4000;

export function handle(request: Reader, response: Writer): void {
  const lines = request.text().split("\n");
  if (lines.length > MAX_LINES) return refuse("at most 1000 lines");
  const players = new Map<string, Player>();
  // Ratings first, for a result may stand above its player's rating.
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0; i < lines.length; i++) {
      const fault = readLine(lines[i], pass == 0, players);
      if (fault != "") return refuse("line " + (i + 1).toString() + ": " + fault);
    }
  }
  write(players.values(), response);
}

/** Takes in one line: ratings in the first pass, results in the second. Returns what is wrong with it, or "". */
function readLine(line: string, ratings: bool, players: Map<string, Player>): string {
  const text = line.trim();
  if (text == "" || text.startsWith("#")) return "";
  const words = text.split(" ");
  const name = words[0];
  if (!isPlayerName(name)) return "a name is 1 to 32 of letters, digits, _ and -";
  if (words.length != 2 && words.length != 3) return "write `name rating` or `name win|draw|loss opponent-rating`";
  const rating = parseRating(words[words.length - 1]);
  if (rating < 0) return "a rating is a whole number from 0 to 4000";
  const known = players.has(name);
  if (words.length == 2) {
    if (!ratings) return "";
    if (known) return name + " has a rating already";
    players.set(name, new Player(name, rating));
    return "";
  }
  const score = scoreOf(words[1]);
  if (isNaN(score)) return "a result is win, draw or loss";
  if (ratings) return "";
  if (!known) players.set(name, new Player(name, 1500));
  players.get(name).play(score, rating);
  return "";
}

/** -1 when the text is no rating. */
function parseRating(text: string): i32 {
  if (text.length == 0 || text.length > 4) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= MAX_RATING ? value : -1;
}

function scoreOf(result: string): f64 {
  if (result == "win") return 1;
  if (result == "draw") return 0.5;
  return result == "loss" ? 0 : NaN;
}

function write(players: Player[], response: Writer): void {
  players.sort((a, b) => Player.order(a, b));
  response.text('{"players":[');
  for (let i = 0; i < players.length; i++) {
    if (i > 0) response.text(",");
    response.text(players[i].toJson());
  }
  response.text("]}");
}
