/** What a client process does when it is asked. */
import type { HistogramState } from "@rockpool/runtime/telemetry/stats.js";
import type { Endpoint, Routing } from "./endpoint.ts";

export interface Crowd {
  endpoint: Endpoint;
  /** A room a player. */
  rooms: string[];
}

export interface FirstEchoes {
  /** Milliseconds from the first byte of a connection to the first echo, redirects included; one a room. */
  ms: number[];
  /** Redirects followed in all. */
  moves: number;
}

export interface CountedAnswers {
  messages: number;
  /** Messages that were not answered, or not heard. */
  dropped: number;
  /** Answers that came again, and messages that were heard again. */
  duplicated: number;
  /** Microseconds. */
  roundTrips: HistogramState;
}

/** What a `sleeper` room says of itself. */
export interface Fingerprint {
  /** Of its state, in hexadecimal. */
  hash: string;
  /** Players who have joined it so far. */
  joins: number;
}

export interface ClientMethods {
  /** Joins, and keeps the connections under a label for the methods that take one. */
  hold(request: Crowd & { label: string }): void;
  /** Closes the connections of a label. */
  release(request: { label: string }): void;
  /** Sends at a fixed rate over all connections of a label, in turn; resolves when every echo is back. */
  steady(request: { label: string; perSecond: number; seconds: number }): { messages: number };
  /** Round trips one after the other on the first connection of a label; microseconds. */
  roundTrips(request: { label: string; count: number }): number[];
  /** Keeps `window` messages a connection under way; as many as the server can take. */
  flood(request: { label: string; window: number; seconds: number }): { messages: number };
  /** Connects, echoes once and leaves, one room after the other. */
  firstEchoes(request: Crowd & { routing: Routing }): FirstEchoes;
  /** Asks for all rooms at once; milliseconds until the last could be played. The players stay until `release`. */
  burst(request: Crowd & { routing: Routing; label: string }): { lastMs: number; moves: number };
  /** Joins each room once and leaves, `parallel` at a time: the rooms are there afterwards if they outlive that. */
  visit(request: Crowd & { parallel: number }): void;
  /** As {@link visit}, one after the other; microseconds from the first byte of a connection to its WELCOME. */
  welcomes(request: Crowd): number[];
  /** As {@link visit}, and asks each of the `sleeper` rooms what it is; in the order of `rooms`. */
  fingerprints(request: Crowd & { parallel: number }): Fingerprint[];
  /** Begins to listen to the ticks of the `metronome` rooms of a label. */
  listen(request: { label: string }): void;
  /** How late they were since then; microseconds. */
  lateness(request: { label: string; periodMs: number }): HistogramState;
  /** Begins to send numbered messages at a fixed rate over all `successor` rooms of a label, in turn. */
  count(request: { label: string; perSecond: number }): void;
  /** Stops, and tells what came of them. */
  counted(request: { label: string }): CountedAnswers;
  /** Stays in a room: whenever it ends, joins again. */
  lodge(request: { endpoint: Endpoint; room: string; label: string }): void;
  /** Leaves it; how often it was joined. */
  moveOut(request: { label: string }): { stays: number };
}

export const CLIENT = new URL("./program.js", import.meta.url);
