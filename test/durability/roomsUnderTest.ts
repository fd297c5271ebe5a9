/** Rooms of real guests without sockets and without real time: whatever is due runs when the test says so. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerOp } from "@rockpool/protocol";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { DeployedFunction } from "@rockpool/runtime/instance/functions.js";
import { Acks } from "@rockpool/runtime/room/acks.js";
import { Arrears } from "@rockpool/runtime/room/arrears.js";
import { Clock, type Scheduled } from "@rockpool/runtime/room/clock.js";
import { Durability } from "@rockpool/runtime/room/durable/durability.js";
import { DueHeap } from "@rockpool/runtime/room/heap.js";
import type { PlayerLink } from "@rockpool/runtime/room/link.js";
import { RoomMeters } from "@rockpool/runtime/room/meters.js";
import { Recorder } from "@rockpool/runtime/room/recording/recorder.js";
import type { Room } from "@rockpool/runtime/room/room.js";
import { RoomMaker, type WarmFunction, warm } from "@rockpool/runtime/room/roomMaker.js";
import type { RoomSurroundings } from "@rockpool/runtime/room/roomOrigin.js";
import { Turns } from "@rockpool/runtime/room/turn.js";
import type { StoredRoom } from "@rockpool/runtime/store/rooms/loadRoom.js";
import { RoomStore } from "@rockpool/runtime/store/rooms/roomStore.js";
import type { RoomDatabase } from "@rockpool/runtime/store/rooms/tables.js";

/** A clock that never runs by itself. */
export class ManualClock extends Clock {
  readonly #due = new DueHeap<Scheduled>();

  override get nextDue(): number {
    return this.#due.first?.due ?? Number.POSITIVE_INFINITY;
  }

  override schedule(item: Scheduled, due: number): void {
    this.#due.set(item, due);
  }

  override cancel(item: Scheduled): void {
    this.#due.remove(item);
  }

  override catchUp(): number {
    return performance.now();
  }

  /** Runs what is due next, `late` milliseconds after its time. */
  step(late = 0): void {
    const item = this.#due.first;
    if (item === undefined) return;
    this.#due.remove(item);
    item.run(item.due + late);
  }
}

/** A connection that keeps what it is sent. */
export class KeptLink implements PlayerLink {
  open = true;
  closedWith: number | null = null;
  /** DATA frames, in hex. */
  readonly frames: string[] = [];

  send(frame: Uint8Array): void {
    if (this.open && frame[0] === ServerOp.Data) this.frames.push(Buffer.from(frame).toString("hex"));
  }

  close(code: number): void {
    this.open = false;
    this.closedWith ??= code;
  }
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
/** So long that no snapshot is taken but those that a test takes. */
const NEVER_MS = 1e12;

export class RoomsUnderTest implements Disposable {
  readonly clock = new ManualClock();
  readonly durability: Durability;
  readonly maker: RoomMaker;
  readonly ended: Room[] = [];
  readonly #acks = new Acks();
  readonly #folder = mkdtempSync(join(tmpdir(), "rockpool-rooms-"));

  constructor(database: RoomDatabase) {
    const meters = new RoomMeters();
    const { clock } = this;
    const around = { clock, meters, logger: SILENT };
    this.durability = new Durability((settled) => new RoomStore(database, settled), NEVER_MS, around);
    const shared: RoomSurroundings = {
      ...around,
      shard: 0,
      turns: new Turns(),
      acks: this.#acks,
      durability: this.durability,
      arrears: new Arrears(),
      recorder: new Recorder({ folder: this.#folder, shard: 0, shards: 1, clock, logger: SILENT }),
      tickShareMs: 1e6,
    };
    this.maker = new RoomMaker(shared, (room) => this.ended.push(room));
  }

  async load(component: Uint8Array): Promise<WarmFunction> {
    const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
    const imageFile = join(this.#folder, info.digest);
    writeFileSync(imageFile, wasm);
    const deployed = new DeployedFunction({ info, imageFile, pageFile: null, deployedAt: 0 }, () => {});
    await deployed.load("ahead");
    return warm(deployed)!;
  }

  /** A room whose `create` has run. */
  make(of: WarmFunction, name: string, config = new Uint8Array(0)): Room {
    const room = this.maker.make(of, name, "");
    room.create(config);
    return room;
  }

  /** What the store has of a room. @throws when it has none, or damage. */
  stored(room: Room): StoredRoom {
    const found = this.durability.find({ function: room.state.manifest.name, room: room.state.name });
    if (found.status !== "found") throw new Error(`the room is ${found.status} in the store`);
    // Timers of a room that was away are caught up with by the wall clock, which must not have gone on here.
    for (const { host } of found.room.snapshots) host.takenMs = Number.MAX_SAFE_INTEGER;
    return found.room;
  }

  async close(): Promise<void> {
    this.#acks.stop();
    await this.durability.close();
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
