/** The host's side of a room's state: with the guest's memory and globals, all there is of a room. */
import type { Manifest } from "@rockpool/protocol";
import { RoomRandom } from "./random.ts";
import { RoomTime } from "./roomTime.ts";
import { Seats } from "./seats.ts";
import { StagedMap } from "./stagedMap.ts";
import { Timers } from "./timers.ts";

export class RoomState {
  readonly name: string;
  readonly manifest: Manifest;
  readonly seats = new Seats();
  readonly timers = new Timers();
  readonly listing = new StagedMap<string>();
  readonly values = new StagedMap<Uint8Array>();
  readonly time: RoomTime;
  readonly random: RoomRandom;
  locked = false;
  /** Ticks a second; 0: none. */
  tickRate: number;

  /** @param seed four random 32-bit words. @param now monotonic milliseconds. */
  constructor(name: string, manifest: Manifest, seed: Uint32Array, now: number) {
    this.name = name;
    this.manifest = manifest;
    this.tickRate = manifest.tickRate;
    this.time = new RoomTime(now);
    this.random = new RoomRandom(seed);
  }

  /** Makes the staged writes of a callback count, or forgets them. */
  settle(commit: boolean): void {
    if (commit) {
      this.listing.commit();
      this.values.commit();
    } else {
      this.listing.discard();
      this.values.discard();
    }
  }
}
