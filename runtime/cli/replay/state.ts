/** A room's state, for people. */
import type { RecordedMatch } from "../../room/recording/rerun.ts";
import { hashesOf } from "../../room/recording/stateHash.ts";
import { harmless, printLine } from "../output.ts";

export interface StateSummary {
  input: number;
  /** Seconds of room time. */
  time: number;
  tickRate: number;
  players: { player: number; away: boolean; received: number; sent: number; strikes: number }[];
  /** Due in seconds of room time, the first due first. */
  timers: { id: number; due: number }[];
  /** Bytes of each value. */
  values: { key: string; bytes: number }[];
  listing: [string, string][];
  locked: boolean;
  fuel: number;
  memoryBytes: number;
  /** SHA-256. */
  memory: string;
}

const NS_PER_SECOND = 1e9;

export function stateOf({ machine, sequence }: RecordedMatch): StateSummary {
  const { seats, timers, values, listing, locked, tickRate, time } = machine.state;
  return {
    input: sequence,
    time: time.ns / NS_PER_SECOND,
    tickRate,
    players: seats.all().map(({ player, dropped, received, outgoing, strikes }) => {
      return { player, away: dropped, received, sent: outgoing.sent, strikes };
    }),
    timers: timers
      .entries()
      .map(({ id, due }) => ({ id, due: due / NS_PER_SECOND }))
      .sort((a, b) => a.due - b.due || a.id - b.id),
    values: values.entries().map(([key, value]) => ({ key, bytes: value.length })),
    listing: listing.entries().map(([key, value]) => [key, value]),
    locked,
    fuel: machine.fuel,
    memoryBytes: machine.guest.bytes.length,
    memory: hashesOf(machine).memory.toString("hex"),
  };
}

export function printState(state: StateSummary): void {
  printLine(`at ${state.time.toFixed(3)} s, behind input ${state.input}:`);
  const players = state.players.map(({ player, away, received, sent, strikes }) => {
    const more = `${away ? ", away" : ""}${strikes > 0 ? `, ${strikes} inputs taken back` : ""}`;
    return `${player} (${received} received, ${sent} sent${more})`;
  });
  line("players", players);
  line(
    "timers",
    state.timers.map(({ id, due }) => `${id} at ${due.toFixed(3)} s`),
  );
  line(
    "values",
    state.values.map(({ key, bytes }) => `${key} (${bytes} B)`),
  );
  line(
    "listing",
    state.listing.map(([key, value]) => `${key}=${value}`),
  );
  line("tick rate", [String(state.tickRate)]);
  line("locked", [state.locked ? "yes" : "no"]);
  line("fuel", [String(state.fuel)]);
  line("memory", [`${state.memoryBytes} B, sha256 ${state.memory}`]);
}

function line(title: string, parts: string[]): void {
  printLine(`  ${title.padEnd(9)}  ${harmless(parts.length === 0 ? "none" : parts.join(", "))}`);
}
