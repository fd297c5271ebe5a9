/**
 * The players of one thread: joins them over the ramp, sends what is due when woken, and matches the answers.
 * A send's number is in its payload and its due time follows from the number, so nothing is remembered of a send
 * that is under way, however many are.
 */
import { randomFillSync } from "node:crypto";
import { ClientOp } from "@rockpool/protocol";
import { Histogram } from "../../telemetry/histogram.ts";
import type { HistogramState } from "../../telemetry/stats.ts";
import { PlayerConnection } from "./connection.ts";
import { ECHO_HEADER_BYTES, type LoadPlan } from "./plan.ts";
import { monotonicMs, playersOfThread, Schedule } from "./schedule.ts";
import { type LoadErrorCount, Tally } from "./tally.ts";

/** Everything a thread has counted; histograms in microseconds. */
export interface SwarmResult {
  joined: number;
  /** Players whose join has succeeded or failed. */
  settled: number;
  /** Connections open now. */
  open: number;
  /** Sends that were due for players that were still connected. */
  offered: number;
  answered: number;
  /** Of play alone, once it has begun. */
  framesSent: number;
  framesReceived: number;
  bytesSent: number;
  bytesReceived: number;
  join: HistogramState;
  roundTrip: HistogramState;
  /** How late this thread was to send: what of the round trip the tester itself may have caused. */
  sendLate: HistogramState;
  errors: LoadErrorCount[];
}

interface Player {
  connection: PlayerConnection;
  /** In the whole run. */
  number: number;
  /** In this thread's schedule. */
  index: number;
  /** Rounds answered up to here: an answer to an earlier one is a duplicate. */
  answeredRounds: number;
}

export class Swarm {
  readonly #plan: LoadPlan;
  readonly #schedule: Schedule;
  readonly #numbers: number[];
  /** In the order of the schedule; a player whose join is not due yet is missing at the end. */
  readonly #players: Player[] = [];
  readonly #ping = Buffer.alloc(9);
  readonly #data: Buffer | null;
  readonly #join = new Histogram();
  readonly #roundTrip = new Histogram();
  readonly #sendLate = new Histogram();
  readonly #errors = new Tally();
  readonly #onChange: () => void;
  #startMs = 0;
  #nextSend = 0;
  #stopped = false;
  #joined = 0;
  #settled = 0;
  #open = 0;
  #offered = 0;
  #answered = 0;
  #framesSent = 0;
  #framesReceived = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** @param onChange called when `hasSettled`, `isAnswered` or `isEmpty` may have become true */
  constructor(plan: LoadPlan, thread: number, onChange: () => void) {
    this.#plan = plan;
    this.#numbers = playersOfThread(plan.players, plan.threads, thread);
    this.#schedule = new Schedule(this.#numbers.length, plan.rate, plan.durationS);
    this.#onChange = onChange;
    this.#ping[0] = ClientOp.Ping;
    this.#data = plan.bytes > 0 ? randomFillSync(Buffer.alloc(1 + plan.bytes)) : null;
    if (this.#data) this.#data[0] = ClientOp.Data;
  }

  get players(): number {
    return this.#numbers.length;
  }

  /** Milliseconds from the start of the ramp to the join of this thread's n-th player. */
  joinDue(n: number): number {
    return (this.#numbers[n]! / this.#plan.players) * this.#plan.rampS * 1000;
  }

  /** Starts the next player's join. */
  joinNext(): void {
    const number = this.#numbers[this.#players.length]!;
    const startedMs = monotonicMs();
    const room = `${this.#plan.roomPrefix}${number % this.#plan.rooms}`;
    const url = `${this.#plan.url}/v1/rooms/${this.#plan.function}/${room}`;
    let hasJoined = false;
    const connection = new PlayerConnection(url, {
      joined: () => {
        hasJoined = true;
        this.#join.record((monotonicMs() - startedMs) * 1000);
        this.#joined++;
        this.#open++;
        this.#settle();
      },
      pong: (payload) => this.#receivePong(player, payload),
      data: (payload) => this.#receiveData(player, payload),
      received: (bytes) => {
        this.#framesReceived++;
        this.#bytesReceived += bytes;
      },
      closed: (code, reason) => {
        if (hasJoined) this.#open--;
        if (!this.#stopped) this.#errors.add(hasJoined ? "play" : "join", code, reason);
        if (!hasJoined) this.#settle();
        this.#onChange();
      },
    });
    const player: Player = { connection, number, index: this.#players.length, answeredRounds: 0 };
    this.#players.push(player);
  }

  /** Gives up the joins that have not come to an end. */
  abandonJoins(reason: string): void {
    for (const { connection } of this.#players) {
      if (!connection.joined && !connection.closed) connection.abandon(0, reason);
    }
  }

  /** Sets the time from which the schedule counts, on the monotonic clock. */
  begin(startMs: number): void {
    this.#startMs = startMs;
  }

  /** Sends all that is due. */
  sendDue(): void {
    const nowMs = monotonicMs();
    if (this.#nextSend === 0) this.#forgetJoins();
    while (!this.#stopped && this.#nextSend < this.#schedule.total) {
      const dueMs = this.#startMs + this.#schedule.due(this.#nextSend);
      if (dueMs > nowMs) return;
      const player = this.#players[this.#nextSend % this.#schedule.players]!;
      const round = Math.floor(this.#nextSend / this.#schedule.players);
      this.#nextSend++;
      if (!player.connection.joined) continue;
      this.#offered++;
      if (this.#send(player, round)) this.#sendLate.record((nowMs - dueMs) * 1000);
    }
  }

  /** Whether every player has joined or failed to. */
  get hasSettled(): boolean {
    return this.#settled === this.#numbers.length;
  }

  /** Whether every send of the schedule is made and answered. */
  get isAnswered(): boolean {
    return this.#nextSend >= this.#schedule.total && this.#answered === this.#offered;
  }

  /** Whether no player is in a room. */
  get isEmpty(): boolean {
    return this.#open === 0;
  }

  /** Ends the run: no send and no error after this counts; players leave. */
  stop(): void {
    this.#stopped = true;
    for (const { connection } of this.#players) if (!connection.closed) connection.leave();
  }

  /** Cuts the connections that did not close. */
  terminate(): void {
    for (const { connection } of this.#players)
      if (!connection.closed) connection.abandon(0, "did not close");
  }

  result(): SwarmResult {
    return {
      joined: this.#joined,
      settled: this.#settled,
      open: this.#open,
      offered: this.#offered,
      answered: this.#answered,
      framesSent: this.#framesSent,
      framesReceived: this.#framesReceived,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      join: this.#join.state(),
      roundTrip: this.#roundTrip.state(),
      sendLate: this.#sendLate.state(),
      errors: this.#errors.counts(),
    };
  }

  /** Rates are those of play: what rooms sent while others still joined is not part of them. */
  #forgetJoins(): void {
    this.#framesSent = 0;
    this.#framesReceived = 0;
    this.#bytesSent = 0;
    this.#bytesReceived = 0;
  }

  #settle(): void {
    this.#settled++;
    this.#onChange();
  }

  #send(player: Player, round: number): boolean {
    if (this.#plan.mode === "ping") {
      this.#ping.writeUInt32LE(this.#plan.tag, 1);
      this.#ping.writeUInt32LE(round, 5);
      return this.#sendFrame(player, this.#ping) && (!this.#data || this.#sendFrame(player, this.#data));
    }
    const data = this.#data!;
    data.writeUInt32LE(this.#plan.tag, 1);
    data.writeUInt32LE(player.number, 5);
    data.writeUInt32LE(round, 9);
    return this.#sendFrame(player, data);
  }

  #sendFrame(player: Player, frame: Buffer): boolean {
    if (!player.connection.send(frame)) return false;
    this.#framesSent++;
    this.#bytesSent += frame.length;
    return true;
  }

  #receivePong(player: Player, payload: Buffer): void {
    if (this.#plan.mode !== "ping" || payload.length !== 8) return;
    if (payload.readUInt32LE(0) === this.#plan.tag) this.#answer(player, payload.readUInt32LE(4));
  }

  #receiveData(player: Player, payload: Buffer): void {
    if (this.#plan.mode !== "echo" || payload.length < ECHO_HEADER_BYTES) return;
    if (payload.readUInt32LE(0) !== this.#plan.tag || payload.readUInt32LE(4) !== player.number) return;
    this.#answer(player, payload.readUInt32LE(8));
  }

  #answer(player: Player, round: number): void {
    if (this.#stopped || round < player.answeredRounds) return;
    const send = round * this.#schedule.players + player.index;
    player.answeredRounds = round + 1;
    this.#answered++;
    this.#roundTrip.record((monotonicMs() - this.#startMs - this.#schedule.due(send)) * 1000);
    if (this.isAnswered) this.#onChange();
  }
}
