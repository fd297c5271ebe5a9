/** What is shown of a room where rooms are listed, over HTTP and in the dashboard. */

export interface RoomSummary {
  function: string;
  room: string;
  shard: number;
  version: string;
  players: number;
  maxPlayers: number;
  locked: boolean;
  tickRate: number;
  /** Set by the game (`set-listing`). */
  listing: [string, string][];
  ageMs: number;
  /** Fuel used since the room was made. */
  fuel: number;
  ticks: number;
  ticksDropped: number;
  /** Ticks it gave up because its callbacks took more time than its share. */
  ticksSkipped: number;
}

/** Sums over a function's live rooms. */
export interface RoomTotals {
  rooms: number;
  /** Rooms that sleep in the store, beside the live ones. */
  sleeping: number;
  players: number;
  fuel: number;
}
