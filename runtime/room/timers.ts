/** The pending timers of one room. They are due in room time, so that a replay and a sleeping room keep them. */
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

  /** When the first one is due, in nanoseconds of room time; infinity when none is pending. */
  get nextDue(): number {
    return this.#heap.first?.due ?? Number.POSITIVE_INFINITY;
  }

  /** Sets a timer, or moves the pending one of the same id. @param due nanoseconds of room time. */
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

  /** Ids and due times, in no order. */
  entries(): { id: number; due: number }[] {
    return [...this.#byId.values()].map(({ id, due }) => ({ id, due }));
  }

  /** Id of the timer that is due first; there must be one. */
  get first(): number {
    return this.#heap.first!.id;
  }
}
