/** A lobby without guests, for the front's tests: every room echoes, and writes down what it was told. */
import { CloseCode, ServerOp } from "@rockpool/protocol";
import type { PlayerLink } from "../../room/link.ts";
import type {
  CreateOutcome,
  CreateRequest,
  EnterOutcome,
  EnterRequest,
  Lobby,
  Seat,
} from "../../room/lobby.ts";
import type { RoomSummary } from "../../room/summary.ts";

/** A seat that echoes. */
export class EchoSeat implements Seat {
  readonly player = 1;
  readonly messageRate: number;
  readonly frameBytes: number;
  readonly link: PlayerLink;
  readonly #told: (event: string) => void;
  received = 0;

  constructor(link: PlayerLink, lobby: EchoLobby, told: (event: string) => void) {
    this.link = link;
    this.messageRate = lobby.messageRate;
    this.frameBytes = lobby.frameBytes;
    this.#told = told;
  }

  receive(frame: Uint8Array): void {
    this.received++;
    const answer = frame.slice();
    answer[0] = ServerOp.Data;
    this.link.send(answer);
  }

  leave(): void {
    this.#told("leave");
  }

  lost(): void {
    this.#told("lost");
  }

  acknowledge(count: number): boolean {
    return count <= this.received;
  }
}

export class EchoLobby implements Lobby {
  messageRate = 1000;
  frameBytes = 1024;
  readonly seats: EchoSeat[] = [];
  readonly entered: EnterRequest[] = [];
  readonly created: CreateRequest[] = [];
  createOutcome: CreateOutcome = {
    created: false,
    code: CloseCode.NotFound,
    message: "no such function",
  };
  rooms: RoomSummary[] | null = null;
  /** When set, `enter` answers with a promise that waits for this. */
  gate: Promise<void> | null = null;
  /** When set, `enter` throws it. */
  failure: Error | null = null;
  /** When set, the promise of `enter` rejects with it. */
  lateFailure: Error | null = null;
  readonly #events: string[] = [];
  readonly #listeners: (() => void)[] = [];

  enter(request: EnterRequest, link: PlayerLink): EnterOutcome | Promise<EnterOutcome> {
    this.entered.push(request);
    this.#tell("enter");
    if (this.failure) throw this.failure;
    if (this.gate) return this.gate.then(() => this.#admit(request, link));
    return this.#admit(request, link);
  }

  #admit(request: EnterRequest, link: PlayerLink): EnterOutcome {
    if (request.function === "missing") {
      return { entered: false, code: CloseCode.NotFound, message: "no function missing" };
    }
    if (this.lateFailure) throw this.lateFailure;
    this.#tell(link.open ? "open link" : "closed link");
    const seat = new EchoSeat(link, this, (event) => this.#tell(event));
    this.seats.push(seat);
    const welcome = Buffer.from(JSON.stringify({ room: request.room, function: request.function }));
    link.send(Buffer.concat([Buffer.of(ServerOp.Welcome), welcome]));
    return { entered: true, seat, again: 0 };
  }

  async findOrCreate(request: CreateRequest): Promise<CreateOutcome> {
    this.created.push(request);
    return this.createOutcome;
  }

  async list(): Promise<RoomSummary[] | null> {
    return this.rooms;
  }

  #tell(event: string): void {
    this.#events.push(event);
    for (const listener of this.#listeners.splice(0)) listener();
  }

  /** Resolves once the lobby or a seat of it was told this event. */
  async told(event: string): Promise<void> {
    while (!this.#events.includes(event)) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  /** How often it was told this event so far. */
  count(event: string): number {
    return this.#events.filter((known) => known === event).length;
  }
}
