/**
 * Takes the live rooms of a function to its current version, a few of them in each turn of the loop, between the
 * due ticks of all rooms; and rooms that come back from the store, one by one. Which versions' rooms follow, the
 * record of the current one says. A room that cannot go over stays as it is, on its own version.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { DeployedFunction, Functions } from "../instance/functions.ts";
import type { Guest } from "../instance/guest.ts";
import { monotonicMs } from "./clock.ts";
import { canHold, migrate, type NextVersion } from "./durable/migrate.ts";
import type { Room } from "./room.ts";
import { type RoomMaker, type WarmFunction, warm } from "./roomMaker.ts";
import type { RoomSurroundings } from "./roomOrigin.ts";
import { type KeptRooms, mergeReports, NOTHING_UPDATED, type UpdateReport } from "./updateReport.ts";

/** How long a slice may keep the loop, in milliseconds; one room is always taken. */
const SLICE_MS = 1;
/** How long to wait for rooms that are being rolled back, in milliseconds. */
const BUSY_MS = 2;

export class Updates {
  readonly #functions: Functions;
  readonly #maker: RoomMaker;
  readonly #around: RoomSurroundings;
  /** What `save` runs on: of this version, with whatever the room before left in it. */
  #copy: { readonly version: string; readonly guest: Guest } | null = null;

  constructor(functions: Functions, maker: RoomMaker, around: RoomSurroundings) {
    this.#functions = functions;
    this.#maker = maker;
    this.#around = around;
  }

  /** Takes those of these rooms of one function that follow its current version to it. */
  async migrate(functionName: string, rooms: readonly Room[]): Promise<UpdateReport> {
    const deployed = this.#functions.get(functionName);
    let waiting = rooms.filter((room) => this.#follows(room));
    if (deployed === undefined || waiting.length === 0) return NOTHING_UPDATED;
    const next = await this.#load(deployed);
    if (!("pool" in next)) return keptAll(waiting, next.message);
    const version = this.#maker.next(next);
    const reports: UpdateReport[] = [];
    while (waiting.length > 0) {
      const busy = await this.#pass(version, waiting, reports);
      if (busy.length === waiting.length) await sleep(BUSY_MS);
      waiting = busy;
    }
    this.#copy = null;
    return mergeReports(reports);
  }

  /** Takes a room that has just come back from the store to the current version, if it follows and that is loaded. */
  follow(room: Room): void {
    const deployed = this.#functions.get(room.state.manifest.name);
    const next = deployed === undefined ? null : warm(deployed);
    if (next === null || !this.#follows(room)) return;
    this.#take(room, this.#maker.next(next));
    this.#copy = null;
  }

  async #load(deployed: DeployedFunction): Promise<WarmFunction | Error> {
    try {
      await deployed.load("ahead");
      return warm(deployed)!;
    } catch (error) {
      return error as Error;
    }
  }

  /** One attempt at each; the rooms that were busy. */
  async #pass(next: NextVersion, rooms: readonly Room[], reports: UpdateReport[]): Promise<Room[]> {
    const busy: Room[] = [];
    let end = this.#sliceEnd();
    for (const room of rooms) {
      if (monotonicMs() >= end) {
        await nextTurn();
        end = this.#sliceEnd();
      }
      if (!this.#follows(room)) continue;
      if (room.busy) busy.push(room);
      else reports.push(this.#take(room, next));
    }
    return busy;
  }

  #sliceEnd(): number {
    return Math.min(monotonicMs() + SLICE_MS, this.#around.clock.nextDue);
  }

  #follows(room: Room): boolean {
    return room.open && this.#functions.follows(room.state.manifest.name, room.version);
  }

  #take(room: Room, next: NextVersion): UpdateReport {
    const { meters, logger } = this.#around;
    const started = monotonicMs();
    const from = room.version;
    const kept = this.#attempt(room, next);
    meters.migration.record((monotonicMs() - started) * 1000);
    if (kept === null) {
      meters.roomsMigrated++;
      return { migrated: 1, kept: [] };
    }
    meters.migrationsRefused++;
    const { code, reason } = kept;
    const fields = { function: room.state.manifest.name, room: room.state.name, version: from, code, reason };
    logger.warn(fields, "room stays on its version");
    return { migrated: 0, kept: [{ code, reason, rooms: 1, example: room.state.name }] };
  }

  #attempt(room: Room, next: NextVersion): Pick<KeptRooms, "code" | "reason"> | null {
    try {
      const version = room.version;
      const outcome = migrate(room, next, this.#copyFor(room));
      this.#around.meters.fuel += outcome.fuel;
      if (outcome.status === "kept") return outcome;
      this.#copy = { version, guest: outcome.freed };
      return null;
    } catch (error) {
      return { code: "internal", reason: (error as Error).message };
    }
  }

  /** A guest of the room's version that may be overwritten; what the room before has left is as good as any. */
  #copyFor(room: Room): Guest {
    const { guest } = room.machine;
    if (this.#copy?.version !== room.version || !canHold(this.#copy.guest, guest)) {
      this.#copy = { version: room.version, guest: room.claim() };
    }
    return this.#copy.guest;
  }
}

function keptAll(rooms: readonly Room[], reason: string): UpdateReport {
  const example = rooms[0]!.state.name;
  return { migrated: 0, kept: [{ code: "load-failed", reason, rooms: rooms.length, example }] };
}
