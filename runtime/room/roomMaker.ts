/** Makes rooms of a function that is loaded: new ones, and ones that the store has kept. */
import type { DeployedFunction } from "../instance/functions.ts";
import type { Guest } from "../instance/guest.ts";
import type { LoadedImage } from "../instance/loadedImage.ts";
import type { Pool } from "../instance/pool.ts";
import type { StoredRoom } from "../store/rooms/loadRoom.ts";
import { monotonicMs } from "./clock.ts";
import { RoomHistory, type RoomImage } from "./durable/history.ts";
import { restoreHost } from "./durable/hostState.ts";
import type { NextVersion } from "./durable/migrate.ts";
import { Replay } from "./durable/replay.ts";
import { Room } from "./room.ts";
import type { RoomOrigin, RoomSurroundings } from "./roomOrigin.ts";
import { RoomState } from "./roomState.ts";
import { drawSecret, drawSeed } from "./seeds.ts";

/** A function whose image is warm on this shard. */
export interface WarmFunction {
  readonly deployed: DeployedFunction;
  readonly image: LoadedImage;
  readonly pool: Pool<Guest>;
}

/** The function with its image and pool, or null when it must be loaded first. */
export function warm(deployed: DeployedFunction): WarmFunction | null {
  const { image, pool } = deployed;
  return image === null || pool === null ? null : { deployed, image, pool };
}

export class RoomMaker {
  readonly #around: RoomSurroundings;
  readonly #onEnd: (room: Room, address: string) => void;

  /** @param onEnd called once for each room, when it is over or has left the shard's memory. */
  constructor(around: RoomSurroundings, onEnd: (room: Room, address: string) => void) {
    this.#around = around;
    this.#onEnd = onEnd;
  }

  /** A room whose `create` is to be run next. */
  make(of: WarmFunction, name: string, address: string): Room {
    const { manifest } = of.deployed.record.info;
    const state = new RoomState({ name, seed: drawSeed(), secret: drawSecret() }, manifest, monotonicMs());
    const history = new RoomHistory(imageOf(of), name, null);
    return new Room(this.#origin(of, state, history, of.pool.claim(), address), this.#around);
  }

  /**
   * A room as the store has it, with its inputs replayed; `revive` is to be called next.
   * @param lost whether others may have seen it go further: its epoch is raised.
   * @param of the version that the room is of.
   * @throws DamagedRecord, ReplayDiverged: then the store keeps it as it is
   */
  restore(of: WarmFunction, name: string, stored: StoredRoom, lost: boolean): Room {
    const { manifest } = of.deployed.record.info;
    const guest = of.pool.claim();
    try {
      const { history, host } = RoomHistory.load(imageOf(of), name, guest, stored);
      const identity = { name, seed: host.random, secret: host.secret };
      const state = new RoomState(identity, manifest, 0);
      const room = new Room(this.#origin(of, state, history, guest, host.addressKey), this.#around);
      restoreHost(state, host, room);
      room.restored(host);
      const replay = new Replay(room.machine, stored.journal, history.after, room);
      replay.run(Number.POSITIVE_INFINITY);
      room.replayed(replay.ending, lost);
      return room;
    } catch (error) {
      of.pool.release(guest);
      throw error;
    }
  }

  /** A version as rooms of other versions are taken to it; made once for many rooms, since it may read the image. */
  next(of: WarmFunction): NextVersion {
    const { deployed, pool } = of;
    const image = imageOf(of);
    return {
      manifest: deployed.record.info.manifest,
      claim: () => pool.claim(),
      release: (guest) => pool.release(guest),
      origin: (room, guest, sequence) => {
        const { state, address } = room;
        const history = RoomHistory.behind(image, state.name, sequence);
        return this.#origin(of, state, history, guest, address);
      },
    };
  }

  #origin(
    of: WarmFunction,
    state: RoomState,
    history: RoomHistory,
    guest: Guest,
    address: string,
  ): RoomOrigin {
    const { deployed, pool } = of;
    return {
      state,
      history,
      version: deployed.record.info.digest,
      address,
      guest,
      claim: () => pool.claim(),
      release: (used) => pool.release(used),
      onEnd: (room) => {
        deployed.fuelOfEnded += room.fuel;
        this.#onEnd(room, address);
      },
    };
  }
}

function imageOf({ deployed, image }: WarmFunction): RoomImage {
  const { digest, pipeline, manifest } = deployed.record.info;
  return { function: manifest.name, digest, pipeline, pristine: image.pristineMemory };
}
