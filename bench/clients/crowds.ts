/** Connections that are kept: idle players, and those that later methods send through. */
import type { Crowd } from "./contract.ts";
import { Routes, type Routing } from "./endpoint.ts";
import { Player } from "./player.ts";

/** Joins under way at a time: more would overflow the listen queue and be tried again a second later. */
const PARALLEL = 64;

const crowds = new Map<string, Player[]>();

/** The players of a label. */
export function crowd(label: string): Player[] {
  const players = crowds.get(label);
  if (players === undefined || players.length === 0) throw new Error(`no connections are held as "${label}"`);
  return players;
}

export function keep(label: string, players: Player[]): void {
  crowds.set(label, [...(crowds.get(label) ?? []), ...players]);
}

export async function release(label: string): Promise<void> {
  const players = crowds.get(label) ?? [];
  crowds.delete(label);
  await Promise.all(players.map((player) => player.leave()));
}

/** Joins every room, at most {@link PARALLEL} or as given at a time. */
export async function joinAll(
  { endpoint, rooms }: Crowd,
  routing: Routing,
  each: (player: Player, room: string) => Promise<void> | void,
  parallel = PARALLEL,
): Promise<void> {
  const routes = new Routes(endpoint, routing);
  const left = rooms.values();
  const worker = async (): Promise<void> => {
    for (const room of left) await each(await Player.join(endpoint, room, routes), room);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
