/** The host's side of a room's state: with the guest's memory and globals, all there is of a room. */
import type { Manifest } from "@rockpool/protocol";
import { RoomRandom } from "./random.ts";
import { RoomTime } from "./roomTime.ts";
import { Seats } from "./seats.ts";
import { StagedMap } from "./stagedMap.ts";
import { tickPeriodMs } from "./ticker.ts";
import { Timers } from "./timers.ts";

/** What makes one room differ from another of the same function before anybody came. */
export interface RoomIdentity {
  readonly name: string;
  /** Four random 32-bit words; copied. */
  readonly seed: Uint32Array;
  /** 16 random bytes: what resume tokens are made with. */
  readonly secret: Uint8Array;
}

export class RoomState {
  readonly identity: RoomIdentity;
  /** Of the version that the room runs; another one after an update. */
  manifest: Manifest;
  readonly seats = new Seats();
  readonly timers = new Timers();
  readonly listing = new StagedMap<string>();
  readonly values = new StagedMap<Uint8Array>();
  readonly time: RoomTime;
  readonly random: RoomRandom;
  locked = false;
  /** How often the room went back to an earlier durable state. */
  epoch = 0;
  #tickRate = 0;

  /** @param now monotonic milliseconds. */
  constructor(identity: RoomIdentity, manifest: Manifest, now: number) {
    this.identity = identity;
    this.manifest = manifest;
    this.time = new RoomTime(now);
    this.random = new RoomRandom(identity.seed.slice());
  }

  get name(): string {
    return this.identity.name;
  }

  /** Ticks a second; 0: none. */
  get tickRate(): number {
    return this.#tickRate;
  }

  /** Room time goes by the new rate from this moment on. */
  setTickRate(hz: number): void {
    if (hz === this.#tickRate) return;
    this.#tickRate = hz;
    this.time.setPeriod(tickPeriodMs(hz));
  }

  /** The room goes on from here, though clients may have seen it go on otherwise. */
  raiseEpoch(): void {
    this.epoch++;
    for (const seat of this.seats.all()) seat.agreed = Math.min(seat.agreed, seat.outgoing.sent);
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
