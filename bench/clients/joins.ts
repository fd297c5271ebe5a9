/** Joins that are timed, and joins that only make rooms. */
import type { Crowd, Fingerprint, FirstEchoes } from "./contract.ts";
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

export async function welcomes({ endpoint, rooms }: Crowd): Promise<number[]> {
  const routes = new Routes(endpoint, "learned");
  const us: number[] = [];
  for (const room of rooms) {
    const startMs = performance.now();
    const player = await Player.join(endpoint, room, routes);
    us.push((performance.now() - startMs) * 1000);
    await player.leave();
  }
  return us;
}

export async function fingerprints(request: Crowd & { parallel: number }): Promise<Fingerprint[]> {
  const found = new Map<string, Fingerprint>();
  const ask = async (player: Player, room: string): Promise<void> => {
    const answer = await player.answer();
    found.set(room, { hash: answer.readBigUInt64LE(1).toString(16), joins: answer.readUInt32LE(9) });
    await player.leave();
  };
  await joinAll(request, "learned", ask, request.parallel);
  return request.rooms.map((room) => found.get(room)!);
}
