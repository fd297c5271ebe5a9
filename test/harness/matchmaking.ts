/** Finds and creates rooms of the fixture `puppet` over HTTP. */
import type { NodeUnderTest } from "./node.ts";
import { Player } from "./player.ts";
import { type Script, script } from "./script.ts";

export interface Found {
  status: number;
  room: string;
  url: string;
  seat: string;
}

/** POST /v1/rooms; a `map` is set as listing by the room's create, and asked for. */
export async function find(node: NodeUnderTest, functionName: string, map: string): Promise<Found> {
  const config = asConfig(script().listing("map", map));
  const response = await node.post(`/v1/rooms/${functionName}`, { config, criteria: { map } });
  return { status: response.status, ...((await response.json()) as Omit<Found, "status">) };
}

/** A script for the room's create, as JSON carries it. */
export function asConfig(config: Script): string {
  return Buffer.from(config.bytes).toString("base64");
}

/** Connects with the seat. */
export function take({ url, seat }: Found): Promise<Player> {
  return new Player(`${url}?seat=${encodeURIComponent(seat)}`).welcomed();
}
