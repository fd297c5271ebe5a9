/**
 * One call thread as its shard sees it. Calls wait at the thread, so that it never idles for a round trip, but they
 * belong to the shard until the thread has begun them (see gate.ts).
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { VersionRecord } from "../image/image.ts";
import { Gate } from "./gate.ts";
import { type AnswerMessage, type CallMessage, READY, type ThreadData } from "./messages.ts";

/** Images that a thread keeps; the one that came first goes first. */
const KEPT_IMAGES = 64;
const PROGRAM = new URL("./thread.js", import.meta.url);

/** What a thread runs. */
export interface ThreadCall {
  readonly record: VersionRecord;
  readonly request: Uint8Array;
}

/** What becomes of a thread and its calls. */
export interface ThreadEvents<Call extends ThreadCall> {
  ready(thread: CallThread<Call>): void;
  answered(thread: CallThread<Call>, call: Call, answer: AnswerMessage): void;
  /** The thread is gone, and nobody ended it. */
  died(thread: CallThread<Call>, reason: string): void;
}

export class CallThread<Call extends ThreadCall> {
  readonly #events: ThreadEvents<Call>;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #gate = new Gate();
  /** Digests of the images that it has. */
  readonly #images = new Set<string>();
  /** Posted and not answered, in order; the first is the one that runs, if any does. */
  readonly #calls: { readonly number: number; readonly call: Call }[] = [];
  #posted = 0;
  #ready = false;
  #ended = false;
  /** When it had nothing to do, in monotonic milliseconds. */
  idleSince = performance.now();
  /** The call that ran at the last {@link watch}, and since when it is known to run. */
  #watched: { readonly call: Call; readonly since: number } | null = null;
  #slow = false;

  constructor(events: ThreadEvents<Call>) {
    this.#events = events;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const data: ThreadData = { port: port2, gate: this.#gate.buffer };
    this.#worker = new Worker(PROGRAM, { workerData: data, transferList: [port2] });
    // Calls must not keep a shard alive that is to end.
    this.#worker.unref();
    this.#port.on("message", (message) => this.#heard(message));
    this.#port.unref();
    this.#worker.on("error", (error) => this.#died(error.message));
    this.#worker.on("exit", (code) => this.#died(`it ended with code ${code}`));
  }

  /** Whether it takes calls: it does not while it starts. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Calls that it has not answered. */
  get load(): number {
    return this.#calls.length;
  }

  /** Whether the same call ran at two looks: others are better off elsewhere. */
  get slow(): boolean {
    return this.#slow;
  }

  post(call: Call): void {
    const number = (this.#posted + 1) | 0;
    const { imageFile, info } = call.record;
    const message: { -readonly [Field in keyof CallMessage]: CallMessage[Field] } = {
      number,
      digest: info.digest,
      request: call.request,
    };
    if (!this.#images.has(info.digest)) {
      this.#images.add(info.digest);
      message.image = { imageFile, info };
      if (this.#images.size > KEPT_IMAGES) {
        const [oldest] = this.#images;
        this.#images.delete(oldest!);
        message.forget = oldest!;
      }
    }
    // The request is copied, whatever its size: a call that is withdrawn needs it again.
    this.#port.postMessage(message);
    this.#posted = number;
    this.#calls.push({ number, call });
    this.#gate.posted();
  }

  /** Looks at what runs now. Returns the call and for how long it is known to run, or null. */
  watch(now: number): { call: Call; forMs: number } | null {
    const call = this.#running();
    if (call === null) {
      this.#watched = null;
      return null;
    }
    if (this.#watched?.call === call) this.#slow = true;
    else this.#watched = { call, since: now };
    return { call, forMs: now - this.#watched.since };
  }

  /** Whether this call runs: it has begun and was not answered. */
  runs(call: Call): boolean {
    return this.#running() === call;
  }

  /** After a withdrawal the gate does not tell any more what runs; then the last look does. */
  #running(): Call | null {
    const first = this.#calls[0];
    if (first === undefined) return null;
    return this.#watched?.call === first.call || this.#gate.begun === first.number ? first.call : null;
  }

  /** Takes back the calls that wait behind the one that runs. */
  withdraw(): Call[] {
    const first = this.#calls[0];
    if (first === undefined || this.#calls.length === 1) return [];
    if (!this.#gate.withdraw(first.number, this.#posted)) return [];
    return this.#calls.splice(1).map(({ call }) => call);
  }

  /** Ends the thread, whatever it does. Its calls are the caller's. */
  end(): Promise<unknown> {
    this.#ended = true;
    this.#port.close();
    return this.#worker.terminate();
  }

  /** Takes what was answered and not heard of yet. */
  catchUp(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; ) {
      this.#take(next.message as AnswerMessage | typeof READY);
      next = receiveMessageOnPort(this.#port);
    }
  }

  /** Every event costs more than the message that it brings, so one takes all that are there. */
  #heard(message: AnswerMessage | typeof READY): void {
    this.#take(message);
    if (!this.#ended) this.catchUp();
  }

  #take(message: AnswerMessage | typeof READY): void {
    if (message === READY) {
      this.#ready = true;
      this.#events.ready(this);
      return;
    }
    const first = this.#calls.shift()!;
    this.#watched = null;
    this.#slow = false;
    if (this.#calls.length === 0) this.idleSince = performance.now();
    this.#events.answered(this, first.call, message);
  }

  #died(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#port.close();
    this.#events.died(this, reason);
  }

  /** Splits the calls of a thread that is gone into the one that ran, if any did, and those that wait. */
  left(): { begun: Call | null; waiting: Call[] } {
    const begun = this.#running();
    const calls = this.#calls.splice(0).map(({ call }) => call);
    return { begun, waiting: begun === null ? calls : calls.slice(1) };
  }
}
