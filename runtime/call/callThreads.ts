/**
 * The call threads of a shard: a bounded queue, as many threads as are needed, and a watch that ends what overruns.
 *
 * A thread is given a few calls ahead, which saves it a round trip between two of them; when the one that runs turns
 * out to be slow, the others are taken back and go elsewhere. Wall time is measured from here, by looking at each
 * thread every WATCH_MS, because nothing within a thread can be relied upon while a guest runs in it.
 */
import { CallThread, type ThreadCall } from "./callThread.ts";
import { FairQueue } from "./fairQueue.ts";
import type { AnswerMessage } from "./messages.ts";

/** How often running calls are looked at: how much a call may overrun, and how long a slow one holds up others. */
const WATCH_MS = 20;
/** Calls that a thread is given at a time. */
const AHEAD = 4;
/** Threads that have had nothing to do for this long end, in milliseconds. */
const IDLE_MS = 60_000;

/** How a call ended. */
export type ThreadOutcome =
  | { readonly status: "answered"; readonly answer: AnswerMessage }
  | { readonly status: "over-time" }
  /** It never began. */
  | { readonly status: "waited-too-long" | "queue-full" | "stopping" }
  | { readonly status: "died"; readonly reason: string };

interface WaitingCall extends ThreadCall {
  readonly arrivedAt: number;
  readonly settle: (outcome: ThreadOutcome) => void;
}

export class CallThreads {
  readonly #mostThreads: number;
  readonly #mostWaiting: number;
  readonly #queue = new FairQueue<WaitingCall>();
  readonly #threads = new Set<CallThread<WaitingCall>>();
  #watch: NodeJS.Timeout | null = null;
  #watchMs = 0;
  #stopped = false;

  /** @param mostWaiting calls that may wait for a thread. */
  constructor(mostThreads: number, mostWaiting: number) {
    this.#mostThreads = mostThreads;
    this.#mostWaiting = mostWaiting;
  }

  /** Calls that no thread has been given. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Calls that threads have been given and not answered. */
  get running(): number {
    let running = 0;
    for (const thread of this.#threads) running += thread.load;
    return running;
  }

  run({ record, request }: ThreadCall): Promise<ThreadOutcome> {
    if (this.#stopped) return Promise.resolve({ status: "stopping" });
    if (this.#queue.size >= this.#mostWaiting) return Promise.resolve({ status: "queue-full" });
    return new Promise((settle) => {
      const call: WaitingCall = { record, request, arrivedAt: performance.now(), settle };
      this.#queue.push(nameOf(call), call);
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#disarm();
    const ending = [...this.#threads].map((thread) => {
      const { begun, waiting } = thread.left();
      for (const call of begun === null ? waiting : [begun, ...waiting]) call.settle({ status: "stopping" });
      return thread.end();
    });
    this.#threads.clear();
    for (const call of this.#queue.takeFirst(() => true)) call.settle({ status: "stopping" });
    await Promise.all(ending);
  }

  /** Gives waiting calls to threads that take some, and starts a thread when all are at work. */
  #dispatch(): void {
    while (this.#queue.size > 0) {
      const thread = this.#leastLoaded();
      if (thread === null) break;
      thread.post(this.#queue.shift()!);
    }
    const least = this.#leastLoaded();
    if (this.#queue.size > 0 || (least !== null && least.load > 1)) this.#grow();
    this.#arm(WATCH_MS);
  }

  #leastLoaded(): CallThread<WaitingCall> | null {
    let best: CallThread<WaitingCall> | null = null;
    for (const thread of this.#threads) {
      if (thread.ready && !thread.slow && thread.load < (best?.load ?? AHEAD)) best = thread;
    }
    return best;
  }

  /** One at a time: what waits may be done by the time that a thread has started. */
  #grow(): void {
    if (this.#stopped || this.#threads.size >= this.#mostThreads) return;
    for (const thread of this.#threads) if (!thread.ready) return;
    this.#threads.add(
      new CallThread<WaitingCall>({
        ready: () => this.#dispatch(),
        answered: (_, call, answer) => {
          call.settle({ status: "answered", answer });
          if (this.#queue.size > 0) this.#dispatch();
        },
        died: (thread, reason) => this.#died(thread, reason),
      }),
    );
  }

  readonly #look = (): void => {
    this.#disarm();
    const now = performance.now();
    for (const thread of this.#threads) this.#lookAt(thread, now);
    const expired = this.#queue.takeFirst((call) => now - call.arrivedAt > budgetMs(call));
    for (const call of expired) call.settle({ status: "waited-too-long" });
    if (this.#queue.size > 0) this.#dispatch();
    // An idle shard is not woken for threads that do nothing, but in the end to let them go.
    if (this.#queue.size > 0 || this.running > 0) this.#arm(WATCH_MS);
    else if (this.#threads.size > 0) this.#arm(IDLE_MS);
  };

  #lookAt(thread: CallThread<WaitingCall>, now: number): void {
    const running = thread.watch(now);
    if (running === null) {
      if (thread.ready && thread.load === 0 && now - thread.idleSince >= IDLE_MS) this.#remove(thread);
      return;
    }
    if (thread.slow) this.#putBack(thread.withdraw());
    if (running.forMs <= budgetMs(running.call)) return;
    // It may have ended just now.
    thread.catchUp();
    if (!thread.runs(running.call)) return;
    const { waiting } = thread.left();
    this.#remove(thread);
    running.call.settle({ status: "over-time" });
    this.#putBack(waiting);
  }

  #died(thread: CallThread<WaitingCall>, reason: string): void {
    this.#threads.delete(thread);
    const { begun, waiting } = thread.left();
    begun?.settle({ status: "died", reason });
    this.#putBack(waiting);
    // A thread that cannot start would otherwise be started over and over, for the same calls.
    if (!thread.ready && this.#threads.size === 0) {
      for (const call of this.#queue.takeFirst(() => true)) call.settle({ status: "died", reason });
    }
    this.#dispatch();
  }

  #remove(thread: CallThread<WaitingCall>): void {
    this.#threads.delete(thread);
    void thread.end();
  }

  #putBack(calls: readonly WaitingCall[]): void {
    for (const call of calls.toReversed()) this.#queue.putBack(nameOf(call), call);
  }

  /** Looks within so many milliseconds. */
  #arm(ms: number): void {
    if (this.#stopped || (this.#watch !== null && this.#watchMs <= ms)) return;
    this.#disarm();
    this.#watchMs = ms;
    this.#watch = setTimeout(this.#look, ms);
    this.#watch.unref();
  }

  #disarm(): void {
    if (this.#watch !== null) clearTimeout(this.#watch);
    this.#watch = null;
  }
}

function nameOf({ record }: ThreadCall): string {
  return record.info.manifest.name;
}

function budgetMs({ record }: ThreadCall): number {
  return record.info.manifest.limits.callSeconds * 1000;
}
