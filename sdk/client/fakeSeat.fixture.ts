/**
 * A fake node that keeps one seat by the rules of docs/protocol.md: counts, tokens, a bounded buffer, and a durable
 * state to which `crash` goes back. It loses connections where it is told to. Its faults can be planted, to show
 * that the checker sees them.
 */
import { ClientOp, CloseCode, ServerOp } from "@rockpool/protocol";
import type { FakeConnection, FakeServer } from "./fakeserver.ts";
import { readU32, u32Frame } from "./u32.ts";

/** Where the next connection is lost by itself. */
export type Fate = "kept" | "before WELCOME" | "at WELCOME" | "at the first frame";
/** What the node does wrong, once. */
export type Fault = "none" | "loses an input" | "doubles an input" | "loses a frame" | "doubles a frame";

/** Frames that the node keeps for a client that is away. */
const KEPT_FRAMES = 8;

export class FakeSeat {
  /** Inputs of the client, in the order in which the room took them in. */
  readonly inputs: number[] = [];
  /** Frames to the client, in the order in which they are numbered. */
  readonly frames: number[] = [];
  fate: Fate = "kept";
  fault: Fault = "none";
  #connection: FakeConnection | null = null;
  #tokens: string[] = [];
  #welcomes = 0;
  #epoch = 0;
  /** For each epoch, how many frames were sent before it. */
  readonly #bases: number[] = [0];
  /** Inputs that the client was told are durable. */
  #promised = 0;
  #arrival = () => {};

  constructor(server: FakeServer) {
    this.#accept(server);
  }

  /** Sends a frame; while the client is away it is kept. */
  send(value: number): void {
    this.frames.push(value);
    if (this.#strikes("loses a frame")) return;
    this.#deliver(value);
    if (this.#strikes("doubles a frame")) this.#deliver(value);
  }

  ack(): void {
    this.#promised = this.inputs.length;
    this.#connection?.ack(this.#promised);
  }

  /** Loses the connection. */
  drop(): void {
    this.#connection?.break();
    this.#connection = null;
  }

  /** The room goes back to a state that keeps its promises: `lag` inputs and frames earlier, or fewer. */
  crash(lag: number): void {
    this.drop();
    this.inputs.length = Math.max(this.#promised, this.inputs.length - lag);
    this.frames.length = Math.max(0, this.frames.length - lag);
    this.#epoch++;
    this.#bases.push(this.frames.length);
  }

  /** Resolves when the room has taken in the input. */
  async tookIn(value: number): Promise<void> {
    while (!this.inputs.includes(value)) {
      await new Promise<void>((resolve) => {
        this.#arrival = resolve;
      });
    }
  }

  async #accept(server: FakeServer): Promise<void> {
    for (;;) void this.#serve(await server.connection());
  }

  async #serve(connection: FakeConnection): Promise<void> {
    const fate = this.fate;
    this.fate = "kept";
    if (fate === "before WELCOME") return connection.break();
    const { resume, received, epoch } = connection.asked;
    const isKnown = resume !== undefined && this.#tokens.includes(resume);
    // The first connection takes the seat; afterwards it is taken with a token alone.
    if (this.#welcomes > 0 && !isKnown) return connection.close(CloseCode.ResumeExpired);
    this.drop();
    this.#connection = connection;
    this.#welcome(connection, isKnown, Number(received ?? 0), Number(epoch ?? 0));
    if (fate === "at WELCOME") return this.drop();
    for (let isFirst = true; ; isFirst = false) {
      const frame = await connection.frame();
      if (this.#connection !== connection) return;
      if (isFirst) this.#tokens = this.#tokens.slice(-1);
      if (isFirst && fate === "at the first frame") return this.drop();
      if (frame[0] === ClientOp.Data) this.#takeIn(readU32(frame.subarray(1))!);
    }
  }

  #welcome(connection: FakeConnection, resumed: boolean, received: number, epoch: number): void {
    // What was sent under an earlier epoch is the same only up to where the room went back to.
    const had = Math.min(received, ...this.#bases.slice(epoch + 1));
    const sent = Math.max(had, this.frames.length - KEPT_FRAMES);
    const token = `t${++this.#welcomes}`;
    this.#tokens = [...this.#tokens, token].slice(-2);
    this.#promised = this.inputs.length;
    const counts = { received: this.#promised, valid: had, sent, epoch: this.#epoch };
    connection.seated({ resume: token, resumed, ...counts });
    for (const value of this.frames.slice(sent)) this.#deliver(value);
  }

  #takeIn(value: number): void {
    // What is counted stays counted: a lost input leaves a hole.
    this.inputs.push(this.#strikes("loses an input") ? -1 : value);
    if (this.#strikes("doubles an input")) this.inputs.push(value);
    this.#arrival();
  }

  #deliver(value: number): void {
    this.#connection?.send(ServerOp.Data, u32Frame(0, value).subarray(1));
  }

  #strikes(fault: Fault): boolean {
    if (this.fault !== fault) return false;
    this.fault = "none";
    return true;
  }
}
