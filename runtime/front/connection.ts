/**
 * One player's connection: checks every frame before the room sees it, and every close so that both sides
 * hear of it once. It is the socket's handler on one side and the room's PlayerLink on the other.
 *
 * Whoever closes first, the connection is over at that moment: later frames, sends and closes are ignored.
 * The seat hears `lost` in a microtask, never inside a call that the room made, so the room is not re-entered.
 */
import { CLOSE_MEANING, ClientOp, CloseCode, MAX_PING_BYTES, ServerOp } from "@rockpool/protocol";
import { monotonicMs } from "../room/clock.ts";
import type { PlayerLink } from "../room/link.ts";
import type { EnterOutcome, Seat } from "../room/lobby.ts";
import { countClose, type FrontCounters } from "./counters.ts";
import { errorFrame } from "./frames.ts";
import { FrameRate } from "./guard.ts";
import type { DoorLimits } from "./options.ts";
import type { Socket, SocketHandler } from "./transport.ts";

/** Milliseconds that a slow reader gets to take what is queued before it is cut off (4009). */
const TOO_SLOW_GRACE_MS = 1000;
/** The same for every other close. */
const CLOSE_GRACE_MS = 5000;
/** What fits into a close frame beside the code (RFC 6455 section 5.5), in bytes. */
const MAX_REASON_BYTES = 123;

/** One for all connections: a socket copies what it is given to send. */
const PONG = Uint8Array.of(ServerOp.Pong, ...new Uint8Array(MAX_PING_BYTES));

/** What a connection needs of the door that admitted it. */
export interface ConnectionHost {
  readonly door: DoorLimits;
  readonly counters: FrontCounters;
  /** The socket is there: refuses or enters. */
  opened(connection: Connection): void;
  /** The socket is gone. */
  gone(connection: Connection): void;
}

export class Connection implements SocketHandler, PlayerLink {
  /** Key of the peer's address, for caps. */
  readonly address: string;
  readonly #host: ConnectionHost;
  readonly #counters: FrontCounters;
  readonly #unsentBytes: number;
  #socket: Socket | null = null;
  #seat: Seat | null = null;
  #rate: FrameRate | null = null;
  #frameBytes = 0;
  #over = false;

  constructor(host: ConnectionHost, address: string) {
    this.#host = host;
    this.address = address;
    this.#counters = host.counters;
    this.#unsentBytes = host.door.unsentBytes;
  }

  get open(): boolean {
    return this.#socket !== null && !this.#over;
  }

  opened(socket: Socket): void {
    this.#socket = socket;
    this.#host.opened(this);
  }

  /** Takes the lobby's answer. A refusal closes; a seat that comes too late is given back. */
  entered(outcome: EnterOutcome): void {
    if (!outcome.entered) {
      this.close(outcome.code, outcome.message);
      return;
    }
    this.#seat = outcome.seat;
    this.#rate = new FrameRate(outcome.seat.messageRate, outcome.again);
    this.#frameBytes = outcome.seat.frameBytes;
    if (this.#over) this.#loseSeat();
  }

  message(frame: Uint8Array, binary: boolean): void {
    if (this.#over) return;
    this.#counters.messagesIn++;
    this.#counters.bytesIn += frame.byteLength;
    const seat = this.#seat;
    if (seat === null) this.#badFrame("send nothing before WELCOME");
    else if (!this.#rate!.admit(monotonicMs())) {
      this.close(CloseCode.RateLimited, `more than ${seat.messageRate} frames a second`);
    } else if (!binary) this.#badFrame("text frame; frames are binary");
    else if (frame.byteLength > this.#frameBytes)
      this.#badFrame(`frame of more than ${this.#frameBytes} bytes`);
    else if (frame[0] === ClientOp.Data) {
      seat.receive(frame);
    } else this.#control(seat, frame);
  }

  #control(seat: Seat, frame: Uint8Array): void {
    switch (frame[0]) {
      case undefined:
        this.#badFrame("empty frame; the first byte is the opcode");
        break;
      case ClientOp.Ping:
        if (frame.byteLength <= 1 + MAX_PING_BYTES) this.#answerPing(frame);
        else this.#badFrame(`PING of more than ${MAX_PING_BYTES} bytes`);
        break;
      case ClientOp.Leave:
        if (frame.byteLength === 1) this.#leave(seat);
        else this.#badFrame("LEAVE has no payload");
        break;
      case ClientOp.Ack:
        if (frame.byteLength !== 5) this.#badFrame("the payload of ACK is 4 bytes");
        else if (!seat.acknowledge(readCount(frame))) this.#badFrame("ACK of frames that were never sent");
        break;
      default:
        this.#badFrame(`unknown opcode 0x${frame[0].toString(16).padStart(2, "0")}`);
    }
  }

  #answerPing(frame: Uint8Array): void {
    const pong = PONG.subarray(0, frame.byteLength);
    for (let i = 1; i < frame.byteLength; i++) pong[i] = frame[i]!;
    this.send(pong);
  }

  #leave(seat: Seat): void {
    this.#seat = null;
    seat.leave();
    this.#end(CloseCode.Left, CLOSE_MEANING[CloseCode.Left], CLOSE_GRACE_MS);
  }

  #badFrame(message: string): void {
    this.close(CloseCode.BadFrame, message);
  }

  send(frame: Uint8Array): void {
    if (this.#over || this.#socket === null) return;
    this.#counters.messagesOut++;
    this.#counters.bytesOut += frame.byteLength;
    if (this.#socket.send(frame) > this.#unsentBytes) this.#tooSlow();
  }

  #tooSlow(): void {
    const message = `more than ${this.#unsentBytes} bytes unread`;
    this.#sendLast(errorFrame({ code: CloseCode.TooSlow, message }));
    this.#end(CloseCode.TooSlow, message, TOO_SLOW_GRACE_MS);
  }

  close(code: CloseCode, message: string): void {
    if (this.#over) return;
    this.#sendLast(errorFrame({ code, message }));
    this.#end(code, message, CLOSE_GRACE_MS);
  }

  /** Sends MOVED, then closes with 4013. */
  moved(frame: Uint8Array): void {
    if (this.#over) return;
    this.#sendLast(frame);
    this.#end(CloseCode.Moved, CLOSE_MEANING[CloseCode.Moved], CLOSE_GRACE_MS);
  }

  /** Sends whatever the cap on unsent bytes says: a close follows. */
  #sendLast(frame: Uint8Array): void {
    if (this.#socket === null) return;
    this.#counters.messagesOut++;
    this.#counters.bytesOut += frame.byteLength;
    this.#socket.send(frame);
  }

  #end(code: CloseCode, message: string, graceMs: number): void {
    if (this.#over) return;
    this.#over = true;
    countClose(this.#counters, code);
    this.#loseSeat();
    this.#socket?.end(code, shortened(message), graceMs);
  }

  closed(code: number): void {
    if (!this.#over) {
      this.#over = true;
      countClose(this.#counters, code);
      this.#loseSeat();
    }
    this.#socket = null;
    this.#host.gone(this);
  }

  #loseSeat(): void {
    const seat = this.#seat;
    this.#seat = null;
    if (seat) queueMicrotask(() => seat.lost(this));
  }
}

/** The u32 behind the opcode. */
function readCount(frame: Uint8Array): number {
  return (frame[1]! | (frame[2]! << 8) | (frame[3]! << 16) | (frame[4]! << 24)) >>> 0;
}

/** As much of the message as a close frame takes, whole characters only. */
function shortened(message: string): string {
  if (Buffer.byteLength(message) <= MAX_REASON_BYTES) return message;
  // A character cut in two decodes to U+FFFD, which is dropped.
  return Buffer.from(message)
    .subarray(0, MAX_REASON_BYTES)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
}
