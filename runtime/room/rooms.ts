/**
 * The rooms of a shard: found by function and name, made on demand, ended with their function or their node.
 * A name is one room at most; a room whose image must be loaded first is made once, however many wait for it.
 */
import { randomBytes } from "node:crypto";
import { CloseCode, generatedRoomId, type Welcome } from "@rockpool/protocol";
import { DeployedFunction, type Functions } from "../instance/functions.ts";
import { monotonicMs } from "./clock.ts";
import { failureText } from "./failure.ts";
import type { PlayerLink } from "./link.ts";
import type {
  CreateOutcome,
  CreateRequest,
  EnterOutcome,
  EnterRequest,
  FindRequest,
  Lobby,
  Reservation,
  ResumeRequest,
} from "./lobby.ts";
import { Reservations } from "./reservations.ts";
import { resumeToken } from "./resumeToken.ts";
import { framesAgain, knownFrames, resumableSeat } from "./resuming.ts";
import { Room } from "./room.ts";
import { RoomMaker, type WarmFunction, warm } from "./roomMaker.ts";
import type { RoomSurroundings } from "./roomOrigin.ts";
import type { PlayerSeat } from "./seat.ts";
import type { RoomSummary, RoomTotals } from "./summary.ts";
import { Tally } from "./tally.ts";
import type { UpdateReport } from "./updateReport.ts";
import { Updates } from "./updates.ts";
import { WelcomeFrames } from "./welcome.ts";

/** The other shards of the node, asked through the supervisor. */
export interface Neighbours {
  /** Rooms of a function on every shard, this one included. */
  rooms(functionName: string): Promise<RoomSummary[]>;
  /** A seat in a fitting room of another shard. */
  reserve(request: FindRequest): Promise<Reservation | null>;
}

export interface RoomsOptions {
  readonly node: string;
  readonly roomsPerAddress: number;
  readonly functions: Functions;
  readonly neighbours: Neighbours;
  readonly around: RoomSurroundings;
}

type Refusal = { entered: false; code: CloseCode; message: string };
type Made = { made: true; room: Room } | { made: false; refusal: Refusal };

const NO_CONFIG = new Uint8Array(0);

export class Rooms implements Lobby {
  readonly #options: RoomsOptions;
  /** Function name → room name → room. */
  readonly #byFunction = new Map<string, Map<string, Room>>();
  readonly #reservations = new Reservations();
  readonly #madeBy = new Tally();
  readonly #maker: RoomMaker;
  readonly #updates: Updates;
  readonly #welcomes = new WelcomeFrames();
  #draining = false;
  #serving = false;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#maker = new RoomMaker(options.around, (room) => this.#remove(room));
    this.#updates = new Updates(options.functions, this.#maker, options.around);
  }

  get count(): number {
    let count = 0;
    for (const rooms of this.#byFunction.values()) count += rooms.size;
    return count;
  }

  enter(request: EnterRequest, link: PlayerLink): EnterOutcome | Promise<EnterOutcome> {
    if (this.#draining) return refused(CloseCode.Draining, "the node is draining; connect again");
    this.#options.around.clock.catchUp();
    const deployed = this.#roomFunction(request.function);
    if (deployed === null) return this.#noSuchFunction(request.function);
    let room = this.#find(request.function, request.room);
    const loaded = warm(deployed);
    if (room === undefined) {
      if (loaded === null) return this.#loadAndEnter(deployed, request, link);
      const woken = this.#wake(request.function, request.room);
      if (woken instanceof DeployedFunction) return this.#loadAndEnter(woken, request, link);
      if (woken !== null && !(woken instanceof Room)) return woken;
      // Nobody is to see a room that went back before the store has its new epoch.
      if (woken?.record.isUnsaved) return this.#flushAndEnter(request, link);
      room = woken ?? undefined;
    }
    room?.rouse();
    if (room?.busy) return this.#waitAndEnter(room, request, link);
    if (request.resume !== null) return this.#resume(room, request.resume, request, link);
    if (room !== undefined) return this.#join(room, request, link);
    if (deployed.record.info.manifest.create === "on-request") {
      return refused(
        CloseCode.NotFound,
        `no room "${request.room}"; POST /v1/rooms/${request.function} makes one`,
      );
    }
    const made = this.#make(loaded!, request.room, request.address, NO_CONFIG);
    return made.made ? this.#join(made.room, request, link) : made.refusal;
  }

  async #flushAndEnter(request: EnterRequest, link: PlayerLink): Promise<EnterOutcome> {
    await this.#options.around.durability.flush();
    if (!link.open) return refused(CloseCode.Left, "the connection closed while the room was brought back");
    return this.enter(request, link);
  }

  /** Wakes sleepers whose time has come. */
  async wakeDue(): Promise<void> {
    const { durability } = this.#options.around;
    for (const { function: functionName, room } of durability.dueSleepers()) {
      const deployed = this.#roomFunction(functionName);
      if (deployed === null) continue;
      const live = this.#find(functionName, room);
      if (live !== undefined) {
        live.rouse();
        continue;
      }
      await this.#loadAndWake(deployed, room);
    }
  }

  /** A room that the store has, or the version of it to load first, or null when it has none of this name. */
  #wake(functionName: string, name: string): Room | DeployedFunction | Refusal | null {
    const { durability, logger, meters } = this.#options.around;
    const found = durability.find({ function: functionName, room: name });
    if (found.status === "none") return null;
    const started = monotonicMs();
    try {
      if (found.status === "damaged") throw found.error;
      const { digest } = found.room.snapshots[0];
      const deployed = this.#options.functions.version(functionName, digest);
      if (deployed === undefined)
        throw new UnknownVersion(`it is of ${digest}, which this node has forgotten`);
      const of = warm(deployed);
      if (of === null) return deployed;
      const lost = found.room.sleep === null;
      const room = this.#maker.restore(of, name, found.room, lost);
      this.#add(room);
      if (!lost) durability.woken({ function: functionName, room: name });
      room.revive();
      meters.roomsRestored++;
      meters.wake.record((monotonicMs() - started) * 1000);
      this.#updates.follow(room);
      // The game may have ended it just before its shard died.
      return room.open ? room : null;
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      logger.error({ function: functionName, room: name, code, fault: message }, "room cannot be restored");
      return refused(CloseCode.RoomFailed, "the room is stored, and cannot be brought back here");
    }
  }

  async #loadAndWake(deployed: DeployedFunction, room: string): Promise<void> {
    try {
      // The current version first, so that a room which follows it goes over before anybody plays.
      await deployed.load("ahead");
      const woken = this.#find(deployed.name, room) ?? this.#wake(deployed.name, room);
      if (!(woken instanceof DeployedFunction)) return;
      await woken.load("ahead");
      if (this.#find(deployed.name, room) === undefined) this.#wake(deployed.name, room);
    } catch {
      const fields = { function: deployed.name, room };
      this.#options.around.logger.error(fields, "room cannot be restored: its function does not load");
    }
  }

  /** Brings back every room that did not go to sleep; to be called before `serve`. */
  async recover(): Promise<void> {
    const { durability } = this.#options.around;
    for (const { function: functionName, room } of durability.awake()) {
      const deployed = this.#roomFunction(functionName);
      if (deployed === null) continue;
      await this.#loadAndWake(deployed, room);
    }
    // Before anybody resumes: two recoveries of one state must not be told apart by their epoch alone.
    await durability.flush();
  }

  async findOrCreate(request: CreateRequest): Promise<CreateOutcome> {
    const { neighbours, around } = this.#options;
    const deployed = this.#roomFunction(request.function);
    if (deployed === null) return notCreated(this.#noSuchFunction(request.function));
    const found = this.reserve(request) ?? (await neighbours.reserve(request));
    if (found !== null) return { created: true, reservation: found, isNew: false };
    try {
      await deployed.load("on-demand");
    } catch {
      return notCreated(loadFailed(deployed));
    }
    if (this.#draining) return notCreated(refused(CloseCode.Draining, "the node is draining; ask again"));
    const name = generatedRoomId(around.shard, randomBytes(12));
    const made = this.#make(warm(deployed)!, name, request.address, request.config);
    if (!made.made) return notCreated(made.refusal);
    return { created: true, reservation: this.#promise(made.room), isNew: true };
  }

  /** A seat in the fullest local room that fits, so that rooms fill up before new ones are made. */
  reserve(request: FindRequest): Reservation | null {
    const now = monotonicMs();
    let best: Room | null = null;
    for (const room of this.#byFunction.get(request.function)?.values() ?? []) {
      const { state } = room;
      if (state.locked || (best !== null && state.seats.size <= best.state.seats.size)) continue;
      if (!request.criteria.every(([key, value]) => state.listing.get(key) === value)) continue;
      if (this.#hasPlace(room, now)) best = room;
    }
    return best === null ? null : this.#promise(best);
  }

  async list(functionName: string): Promise<RoomSummary[] | null> {
    return this.#roomFunction(functionName) === null
      ? null
      : await this.#options.neighbours.rooms(functionName);
  }

  /** The local rooms, of one function or of all. */
  summaries(functionName: string | null): RoomSummary[] {
    const summaries: RoomSummary[] = [];
    for (const [name, rooms] of this.#byFunction) {
      if (functionName !== null && functionName !== name) continue;
      for (const room of rooms.values()) summaries.push(room.summary());
    }
    return summaries;
  }

  /** Sums over the local rooms of a function, without a summary of each: it is asked for every second. */
  totals(functionName: string): RoomTotals {
    const { durability } = this.#options.around;
    const totals = { rooms: 0, sleeping: durability.sleeping(functionName), players: 0, fuel: 0 };
    for (const room of this.#byFunction.get(functionName)?.values() ?? []) {
      totals.rooms++;
      totals.players += room.state.seats.size;
      totals.fuel += room.fuel;
    }
    return totals;
  }

  /** Ends every local room of a function for which `which` says so; how many. */
  endWhere(functionName: string, which: (room: Room) => boolean, code: CloseCode, message: string): number {
    const rooms = this.#local(functionName).filter(which);
    for (const room of rooms) room.end(code, message);
    return rooms.length;
  }

  /** Takes the rooms of older versions that follow the current one to it. */
  migrate(functionName: string): Promise<UpdateReport> {
    return this.#updates.migrate(functionName, this.#local(functionName));
  }

  /** Versions that live rooms of a function run, or stored ones need. */
  async versionsInUse(functionName: string): Promise<string[]> {
    const live = this.#local(functionName).map(({ version }) => version);
    return [...new Set([...live, ...(await this.#options.around.durability.versionsOf(functionName))])];
  }

  /** Every function is known from now on: a name that is not does not exist. */
  serve(): void {
    this.#serving = true;
  }

  get serving(): boolean {
    return this.#serving;
  }

  /**
   * Takes no more joins, and closes everybody with 4001: rooms that the store keeps go on after the restart, the
   * others end.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    const message = "the node is draining; connect again";
    const kept: Room[] = [];
    for (const name of [...this.#byFunction.keys()]) {
      kept.push(...this.#local(name).filter((room) => room.record.durability !== "none"));
      this.endWhere(name, (room) => room.record.durability === "none", CloseCode.Draining, message);
    }
    await Promise.all(kept.map((room) => new Promise<void>((free) => room.whenFree(free))));
    const last = kept.filter(({ open }) => open);
    for (const room of last) room.record.checkpoint();
    const stored = this.#options.around.durability.flush();
    // In the same turn: what a room took in after its last snapshot would be acknowledged, and lost.
    for (const room of last) room.suspend(CloseCode.Draining, message);
    await stored;
  }

  #local(functionName: string): Room[] {
    return [...(this.#byFunction.get(functionName)?.values() ?? [])];
  }

  #roomFunction(name: string): DeployedFunction | null {
    const deployed = this.#options.functions.get(name);
    return deployed?.record.info.manifest.kind === "room" ? deployed : null;
  }

  /** A shard that is still being told its functions sends players away for a moment, not for good. */
  #noSuchFunction(name: string): Refusal {
    if (!this.#serving) return refused(CloseCode.Draining, "the shard is starting; connect again");
    return refused(CloseCode.NotFound, `no room function "${name}" is deployed here`);
  }

  #find(functionName: string, room: string): Room | undefined {
    return this.#byFunction.get(functionName)?.get(room);
  }

  #hasPlace(room: Room, now: number): boolean {
    return room.state.seats.size + this.#reservations.held(room, now) < room.state.manifest.maxPlayers;
  }

  #promise(room: Room): Reservation {
    const seat = this.#reservations.hold(room, monotonicMs());
    return { room: room.state.name, shard: this.#options.around.shard, seat };
  }

  async #loadAndEnter(
    deployed: DeployedFunction,
    request: EnterRequest,
    link: PlayerLink,
  ): Promise<EnterOutcome> {
    const started = monotonicMs();
    try {
      await deployed.load("on-demand");
    } catch {
      return loadFailed(deployed);
    }
    this.#options.around.meters.coldStart.record((monotonicMs() - started) * 1000);
    if (!link.open) return refused(CloseCode.Left, "the connection closed while the function was loading");
    return this.enter(request, link);
  }

  async #waitAndEnter(room: Room, request: EnterRequest, link: PlayerLink): Promise<EnterOutcome> {
    await new Promise<void>((resolve) => room.whenFree(resolve));
    if (!link.open) return refused(CloseCode.Left, "the connection closed while the room was busy");
    return this.enter(request, link);
  }

  #make(of: WarmFunction, name: string, address: string, config: Uint8Array): Made {
    const { around, roomsPerAddress } = this.#options;
    if (this.#madeBy.of(address) >= roomsPerAddress) {
      return notMade(
        CloseCode.RateLimited,
        `your address already made ${roomsPerAddress} rooms that are alive`,
      );
    }
    const started = monotonicMs();
    const room = this.#maker.make(of, name, address);
    this.#add(room);
    const outcome = room.create(config);
    around.meters.claim.record((monotonicMs() - started) * 1000);
    around.meters.roomsCreated++;
    if (outcome.status === "refused") return notMade(CloseCode.CreateRefused, outcome.reason);
    if (outcome.status === "fault") return notMade(CloseCode.RoomFailed, failureText(outcome));
    return room.open ? { made: true, room } : notMade(CloseCode.RoomEnded, "the room ended itself at once");
  }

  #join(room: Room, request: EnterRequest, link: PlayerLink): EnterOutcome {
    const now = monotonicMs();
    const promised = request.seat !== null && this.#reservations.redeem(request.seat, room, now);
    if (room.state.locked && !promised) return refused(CloseCode.Full, "the room is locked");
    if (!promised && !this.#hasPlace(room, now)) return refused(CloseCode.Full, "the room is full");
    const outcome = room.join(link, (seat, sent, valid) =>
      link.send(this.#welcome(room, seat, { sent, valid, resumed: false }, request)),
    );
    if (outcome.joined) return { entered: true, seat: outcome.seat, again: 0 };
    return refused(outcome.code, outcome.message);
  }

  #resume(
    room: Room | undefined,
    resume: ResumeRequest,
    request: EnterRequest,
    link: PlayerLink,
  ): EnterOutcome {
    const seat = room === undefined ? null : resumableSeat(room.state, resume.token);
    if (room === undefined || seat === null) {
      return refused(CloseCode.ResumeExpired, "the seat is gone; join again");
    }
    const again = framesAgain(room.state, seat, monotonicMs());
    const known = knownFrames(room.state, seat, resume);
    room.resume(seat, link, known, (_, sent, valid) =>
      link.send(this.#welcome(room, seat, { sent, valid, resumed: true }, request)),
    );
    return { entered: true, seat, again };
  }

  #welcome(
    room: Room,
    seat: PlayerSeat,
    counts: Pick<Welcome, "sent" | "valid" | "resumed">,
    request: EnterRequest,
  ): Uint8Array {
    const { identity, name, manifest, tickRate, epoch } = room.state;
    seat.serial++;
    const own = {
      room: name,
      player: seat.player,
      resume: resumeToken(identity.secret, seat.player, seat.serial),
      received: seat.received,
      ...counts,
      epoch,
    };
    const common = { function: manifest.name, version: room.version, tickRate, node: this.#options.node };
    return this.#welcomes.make(own, common, request.shardUrls);
  }

  #add(room: Room): void {
    const { manifest, name } = room.state;
    this.#madeBy.add(room.address);
    let rooms = this.#byFunction.get(manifest.name);
    if (rooms === undefined) {
      rooms = new Map();
      this.#byFunction.set(manifest.name, rooms);
    }
    rooms.set(name, room);
  }

  #remove(room: Room): void {
    const { manifest, name } = room.state;
    const rooms = this.#byFunction.get(manifest.name);
    if (rooms?.get(name) !== room) return;
    this.#madeBy.remove(room.address);
    this.#options.around.meters.roomsEnded++;
    rooms.delete(name);
    if (rooms.size === 0) this.#byFunction.delete(manifest.name);
  }
}

/** A stored room's version is none of those that the registry remembers. */
class UnknownVersion extends Error {
  override readonly name = "UnknownVersion";
  readonly code = "unknown-version";
}

function refused(code: CloseCode, message: string): Refusal {
  return { entered: false, code, message };
}

function notMade(code: CloseCode, message: string): Made {
  return { made: false, refusal: refused(code, message) };
}

function loadFailed(deployed: DeployedFunction): Refusal {
  return refused(CloseCode.RoomFailed, `the function "${deployed.name}" could not be loaded`);
}

function notCreated(refusal: Refusal): CreateOutcome {
  return { created: false, code: refusal.code, message: refusal.message };
}
