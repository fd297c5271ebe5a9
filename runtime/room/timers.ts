/** The pending timers of one room. */
import { type Due, DueHeap } from "./heap.ts";

interface Timer extends Due {
  readonly id: number;
}

export class Timers {
  readonly #byId = new Map<number, Timer>();
  readonly #heap = new DueHeap<Timer>();

  get size(): number {
    return this.#byId.size;
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  /** When the first one is due, in monotonic milliseconds; infinity when none is pending. */
  get nextDue(): number {
    return this.#heap.first?.due ?? Number.POSITIVE_INFINITY;
  }

  /** Sets a timer, or moves the pending one of the same id. */
  set(id: number, due: number): void {
    let timer = this.#byId.get(id);
    if (timer === undefined) {
      timer = { id, due, heapIndex: -1 };
      this.#byId.set(id, timer);
    }
    this.#heap.set(timer, due);
  }

  clear(id: number): void {
    const timer = this.#byId.get(id);
    if (timer === undefined) return;
    this.#heap.remove(timer);
    this.#byId.delete(id);
  }

  /** Takes out the first timer; there must be one. Returns its id. */
  takeFirst(): number {
    const timer = this.#heap.first!;
    this.clear(timer.id);
    return timer.id;
  }
}
