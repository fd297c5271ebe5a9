/**
 * Shows a state. What matters also stands in data attributes, for the style sheet and for tests: on #game
 * data-connection, data-phase, data-turn, data-you, data-mine; on each cell data-cell, data-mark, data-win.
 */
import type { Mark, ToPlayerState as State } from "./messages.ts";

const SHAPES = { x: "M2 2 L10 10 M10 2 L2 10", o: "M6 1.8 A4.2 4.2 0 1 1 5.99 1.8" } as const;
const SVG = "http://www.w3.org/2000/svg";

function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

export class View {
  readonly #game = byId("game");
  readonly #rematch = byId<HTMLButtonElement>("rematch");
  readonly #cells: HTMLButtonElement[] = [];

  constructor(room: string, move: (cell: number) => void, rematch: () => void) {
    byId("room").textContent = room;
    for (let cell = 0; cell < 9; cell++) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cell";
      button.dataset.cell = String(cell);
      button.dataset.mark = "";
      button.addEventListener("click", () => move(cell));
      this.#cells.push(button);
    }
    byId("board").append(...this.#cells);
    this.#rematch.addEventListener("click", rematch);
  }

  connection(state: "connecting" | "open" | "reconnecting" | "closed", text = ""): void {
    this.#game.dataset.connection = state;
    if (text !== "") byId("status").textContent = text;
  }

  refuse(reason: string): void {
    byId("refusal").textContent = reason;
  }

  show(state: State): void {
    const { phase, mark } = state;
    const turn = phase === "playing" ? side(mark) : "";
    const you = side(state.you);
    Object.assign(this.#game.dataset, { phase, turn, you, mine: String(turn !== "" && turn === you) });
    byId("status").textContent = statusOf(state);
    this.refuse("");
    for (const [cell, button] of this.#cells.entries()) this.#showCell(button, cell, state);
    this.#showLine(state.line);
    for (const one of ["x", "o"] as const) {
      byId(`wins-${one}`).textContent = String(state[one].wins);
      byId(`name-${one}`).textContent = nameOf(state, one);
    }
    byId("draws").textContent = String(state.draws);
    byId("watchers").textContent = state.watching > 0 ? `${state.watching} watching` : "";
    this.#rematch.hidden = you === "" || (phase !== "won" && phase !== "draw");
    this.#rematch.disabled = you !== "" && state[you].rematch;
    this.#rematch.textContent = this.#rematch.disabled ? "Waiting for the other…" : "Another round";
  }

  #showCell(button: HTMLButtonElement, cell: number, { board, line }: State): void {
    const mark = side(board[cell]!);
    button.dataset.win = String(line.includes(cell));
    button.ariaLabel = `Cell ${cell + 1}: ${mark === "" ? "empty" : mark.toUpperCase()}`;
    // A mark that stays is not drawn again, or its animation would start over at every move.
    if (button.dataset.mark === mark) return;
    button.dataset.mark = mark;
    button.replaceChildren(...(mark === "" ? [] : [drawing(SHAPES[mark])]));
  }

  #showLine(cells: readonly number[]): void {
    const line = document.querySelector("#line line")!;
    const [first, last] = [cells[0] ?? 0, cells.at(-1) ?? 0];
    line.setAttribute("x1", String((first % 3) + 0.5));
    line.setAttribute("y1", String(Math.floor(first / 3) + 0.5));
    line.setAttribute("x2", String((last % 3) + 0.5));
    line.setAttribute("y2", String(Math.floor(last / 3) + 0.5));
  }
}

function drawing(shape: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}

/** As data attributes have it: "" for nobody. */
function side(mark: Mark): "" | "x" | "o" {
  return mark === "nobody" ? "" : mark;
}

function nameOf(state: State, mark: "x" | "o"): string {
  const { player, away } = state[mark];
  if (player === null) return "nobody";
  if (state.you === mark) return "you";
  return away ? "away" : `player ${player}`;
}

function statusOf({ phase, mark, you }: State): string {
  if (phase === "waiting") return "Waiting for a second player: open this page in another tab";
  if (phase === "draw") return "A draw";
  if (phase === "won" && mark === you) return "You won!";
  if (phase === "won") return side(you) === "" ? `${named(mark)} won` : "You lost";
  return mark === you ? "Your turn" : `${named(mark)}'s turn`;
}

function named(mark: Mark): string {
  return mark === "x" ? "✕" : "◯";
}
