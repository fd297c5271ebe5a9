/**
 * Decides what becomes of a WebSocket: the wrong path, host or subprotocol is answered with plain HTTP;
 * everything a browser must be able to see is said after accepting, as an ERROR or MOVED frame and a close.
 */
import { CLOSE_MEANING, CloseCode, SUBPROTOCOL, shardOfRoom } from "@rockpool/protocol";
import type { EnterOutcome, Lobby } from "../room/lobby.ts";
import { addressKey } from "./address.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import type { FrontCounters } from "./counters.ts";
import { movedFrame } from "./frames.ts";
import type { FrontLog } from "./front.ts";
import { AddressCap } from "./guard.ts";
import { httpError } from "./http.ts";
import type { DoorLimits, FrontOptions } from "./options.ts";
import { parseRoomUrl, type RoomUrl } from "./roomUrl.ts";
import { isHost, type ShardUrls } from "./shardUrls.ts";
import type { UpgradeDecision, UpgradeRequest } from "./transport.ts";

/** What a connection wants, from its URL. */
interface Wish {
  url: Exclude<RoomUrl, { kind: "other" }>;
  query: string;
  host: string;
}

/** One connection's dealings with the door. */
class Visit implements ConnectionHost {
  readonly #door: Door;
  /** Forgotten once it has been asked of the lobby. */
  #wish: Wish | null;
  /** Whether it holds a place under its address's cap. */
  #isCounted = false;

  constructor(door: Door, wish: Wish) {
    this.#door = door;
    this.#wish = wish;
  }

  get door(): DoorLimits {
    return this.#door.limits;
  }

  get counters(): FrontCounters {
    return this.#door.counters;
  }

  opened(connection: Connection): void {
    const wish = this.#wish!;
    this.#wish = null;
    this.#isCounted = this.#door.count(connection);
    if (this.#isCounted) this.#door.admit(connection, wish);
    else this.#door.turnAway(connection);
  }

  gone(connection: Connection): void {
    this.#door.gone(connection, this.#isCounted);
  }
}

export class Door {
  readonly limits: DoorLimits;
  readonly counters: FrontCounters;
  readonly #options: FrontOptions;
  readonly #urls: ShardUrls;
  readonly #lobby: Lobby;
  readonly #log: FrontLog;
  readonly #perAddress: AddressCap;
  readonly #connections = new Set<Connection>();
  #closing: CloseCode | null = null;

  constructor(options: FrontOptions, urls: ShardUrls, lobby: Lobby, counters: FrontCounters, log: FrontLog) {
    this.limits = options.door;
    this.counters = counters;
    this.#options = options;
    this.#urls = urls;
    this.#lobby = lobby;
    this.#log = log;
    this.#perAddress = new AddressCap(options.door.connectionsPerAddress);
  }

  /** Sockets that are open or closing. */
  get connections(): number {
    return this.#connections.size;
  }

  upgrade(request: UpgradeRequest): UpgradeDecision {
    const url = parseRoomUrl(request.path, request.query);
    if (url.kind === "other") {
      return this.#refuse(404, "not-found", "WebSockets are at /v1/rooms/{function}/{room}");
    }
    if (!isHost(request.host))
      return this.#refuse(400, "bad-host", "the Host header is missing or malformed");
    if (!request.protocols.includes(SUBPROTOCOL)) {
      return this.#refuse(400, "bad-subprotocol", `ask for the WebSocket subprotocol ${SUBPROTOCOL}`);
    }
    const visit = new Visit(this, { url, query: request.query, host: request.host });
    return {
      accept: true,
      protocol: SUBPROTOCOL,
      handler: new Connection(visit, addressKey(request.remote)),
    };
  }

  #refuse(status: number, code: string, message: string): UpgradeDecision {
    this.counters.upgradesRefused++;
    return { accept: false, response: httpError(status, code, message) };
  }

  /** Counts a connection that is open; whether its address may have it. */
  count(connection: Connection): boolean {
    this.counters.connectionsOpened++;
    this.#connections.add(connection);
    return this.#perAddress.take(connection.address);
  }

  turnAway(connection: Connection): void {
    const cap = this.limits.connectionsPerAddress;
    connection.close(CloseCode.RateLimited, `more than ${cap} connections from your address`);
  }

  /** Gives a connection what it wants, or closes it with the reason. */
  admit(connection: Connection, wish: Wish): void {
    if (this.#closing !== null) {
      connection.close(this.#closing, CLOSE_MEANING[this.#closing]);
    } else if (wish.url.kind === "refused") {
      connection.close(wish.url.code, wish.url.message);
    } else {
      this.#enterOrMove(connection, wish.url, wish);
    }
  }

  #enterOrMove(connection: Connection, url: RoomUrl & { kind: "room" }, wish: Wish): void {
    const shard = shardOfRoom(url.function, url.room, this.#options.shards);
    if (shard !== this.#options.shard) {
      this.#move(connection, shard, url, wish);
      return;
    }
    const request = {
      function: url.function,
      room: url.room,
      address: connection.address,
      seat: url.seat,
      resume: url.resume,
      shardUrls: this.#urls.all(wish.host),
    };
    let outcome: EnterOutcome | Promise<EnterOutcome>;
    try {
      outcome = this.#lobby.enter(request, connection);
    } catch (error) {
      this.#failed(connection, error);
      return;
    }
    // Awaiting a settled outcome would leave a gap in which frames have no seat to go to.
    if (!(outcome instanceof Promise)) connection.entered(outcome);
    else outcome.then((late) => connection.entered(late)).catch((error) => this.#failed(connection, error));
  }

  #move(connection: Connection, shard: number, url: RoomUrl & { kind: "room" }, wish: Wish): void {
    const base = this.#urls.base(shard, wish.host);
    if (base === null) {
      connection.close(CloseCode.Draining, "the node is still starting; reconnect");
      return;
    }
    const query = wish.query === "" ? "" : `?${wish.query}`;
    connection.moved(movedFrame({ url: `${base}/v1/rooms/${url.function}/${url.room}${query}` }));
  }

  #failed(connection: Connection, error: unknown): void {
    this.#log.error({ err: error }, "entering a room failed");
    connection.close(CloseCode.RoomFailed, "the room could not be entered");
  }

  /** A connection is closed. */
  gone(connection: Connection, wasCounted: boolean): void {
    this.#connections.delete(connection);
    if (wasCounted) this.#perAddress.release(connection.address);
  }

  /** Closes every connection with this code, and from now on every new one. */
  closeAll(code: CloseCode): void {
    this.#closing = code;
    // A copy, because a close handler may take the connection out of the set at once.
    for (const connection of [...this.#connections]) connection.close(code, CLOSE_MEANING[code]);
  }
}
