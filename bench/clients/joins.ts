/** Joins that are timed, and joins that only make rooms. */
import type { Crowd, FirstEchoes } from "./contract.ts";
import { joinAll, keep } from "./crowds.ts";
import { Routes, type Routing } from "./endpoint.ts";
import { Player } from "./player.ts";

export async function firstEchoes(request: Crowd & { routing: Routing }): Promise<FirstEchoes> {
  const { endpoint, rooms, routing } = request;
  const routes = new Routes(endpoint, routing);
  const ms: number[] = [];
  let moves = 0;
  for (const room of rooms) {
    const startMs = performance.now();
    const player = await Player.join(endpoint, room, routes);
    await player.echo();
    ms.push(performance.now() - startMs);
    moves += player.moves;
    await player.leave();
  }
  return { ms, moves };
}

export async function burst(
  request: Crowd & { routing: Routing; label: string },
): Promise<{ lastMs: number; moves: number }> {
  const { endpoint, rooms, routing, label } = request;
  const routes = new Routes(endpoint, routing);
  const startMs = performance.now();
  const players = await Promise.all(rooms.map((room) => Player.join(endpoint, room, routes)));
  const lastMs = performance.now() - startMs;
  keep(label, players);
  return { lastMs, moves: players.reduce((sum, player) => sum + player.moves, 0) };
}

export function visit(request: Crowd & { parallel: number }): Promise<void> {
  return joinAll(request, "learned", (player) => player.leave(), request.parallel);
}
