/** Everything around the canvas: scores, gauges, banner. Names come from strangers and are set as text only. */
import { colourOf } from "./creatures.ts";
import type { World } from "./world.ts";

/** Rows of the board. */
const MAX_ROWS = 8;

export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

export class Hud {
  readonly #banner = byId("banner");
  readonly #again = byId<HTMLButtonElement>("again");
  #arrivals: number[] = [];

  setRoom(name: string): void {
    byId("room").textContent = `arena / ${name}`;
    document.title = `${name} · Arena · Rockpool`;
  }

  /** A snapshot came; the last two seconds of them make the measured tick rate. */
  ticked(now: number): void {
    this.#arrivals.push(now);
    while (this.#arrivals[0]! < now - 2000) this.#arrivals.shift();
  }

  /** Snapshots a second. */
  get tickRate(): number {
    const [first, last] = [this.#arrivals[0], this.#arrivals.at(-1)];
    // No snapshot for a second: no ticks, or no connection.
    if (first === undefined || last === undefined || performance.now() - last > 1000) return 0;
    return last === first ? 0 : ((this.#arrivals.length - 1) * 1000) / (last - first);
  }

  setLatency(ms: number | null): void {
    byId("latency").textContent = ms === null ? "–" : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  }

  /** Brings scores and gauges up to date. */
  update(world: World, mine: number | null): void {
    const residents = [...world.roster.values()];
    byId("ticks").textContent = `${Math.round(this.tickRate)} /s`;
    byId("players").textContent = String(residents.filter(({ bot }) => !bot).length);
    byId("bots").textContent = String(residents.filter(({ bot }) => bot).length);
    const scores = [...(world.latest?.creatures.values() ?? [])].sort((a, b) => b.score - a.score);
    byId("score").textContent = String(scores.find(({ slot }) => slot === mine)?.score ?? 0);
    byId("board").replaceChildren(
      ...scores.slice(0, MAX_ROWS).map(({ slot, score }) => {
        const { name, bot } = world.roster.get(slot) ?? { name: "", bot: true };
        return row(name, score, colourOf(slot, bot), slot === mine ? "mine" : bot ? "bot" : "");
      }),
    );
  }

  /** Shows a line over the pool; `again` offers a button that is awaited by `onAgain`. */
  say(text: string, again = false): void {
    byId("banner-text").textContent = text;
    this.#again.hidden = !again;
    this.#banner.classList.toggle("error", again);
    this.#banner.hidden = false;
  }

  /** Shows that the connection is being made again; the pool stays in sight. */
  setAway(away: boolean): void {
    byId("away").hidden = !away;
  }

  hush(): void {
    this.#banner.hidden = true;
  }

  onAgain(play: () => void): void {
    this.#again.addEventListener("click", play);
  }
}

function row(name: string, score: number, colour: string, className: string): HTMLLIElement {
  const item = document.createElement("li");
  item.className = className;
  item.style.setProperty("--colour", colour);
  const label = document.createElement("span");
  label.textContent = name;
  const points = document.createElement("b");
  points.textContent = String(score);
  item.append(label, points);
  return item;
}
