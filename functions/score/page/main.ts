/** Sends the text to the call function and shows its answer as a table. */
import { ClientError, call } from "@rockpool/client";

interface Rated {
  name: string;
  rating: number;
  change: number;
  games: number;
  score: number;
  expected: number;
}

const COLUMNS = ["name", "rating", "change", "games", "score", "expected"] as const;

const request = document.querySelector<HTMLTextAreaElement>("#request")!;
const answer = document.querySelector<HTMLOutputElement>("#answer")!;

async function rate(): Promise<void> {
  const started = performance.now();
  try {
    const body = new TextEncoder().encode(request.value);
    const response = await call({ url: location.origin, function: "score", body });
    const { players } = JSON.parse(new TextDecoder().decode(response)) as { players: Rated[] };
    const took = document.createElement("p");
    took.textContent = `answered in ${(performance.now() - started).toFixed(1)} ms`;
    answer.replaceChildren(table(players), took);
  } catch (error) {
    answer.textContent = error instanceof ClientError ? error.message : String(error);
  }
}

function table(players: Rated[]): HTMLTableElement {
  const element = document.createElement("table");
  const head = element.createTHead().insertRow();
  for (const column of COLUMNS) {
    const cell = document.createElement("th");
    cell.textContent = column;
    head.append(cell);
  }
  const body = element.createTBody();
  for (const player of players) {
    const row = body.insertRow();
    for (const column of COLUMNS) row.insertCell().textContent = String(player[column]);
  }
  return element;
}

document.querySelector("#rate")!.addEventListener("click", rate);
void rate();
