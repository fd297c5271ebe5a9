/** The pending timers of one room. They are due in room time, so that a replay and a sleeping room keep them. */
import { type Due, DueHeap } from "./heap.ts";

interface Timer extends Due {
  readonly id: number;
}

interface Pending {
  readonly byId: Map<number, Timer>;
  readonly heap: DueHeap<Timer>;
}

export class Timers {
  /** Made with the first timer: most rooms never set one. */
  #pending: Pending | null = null;

  get size(): number {
    return this.#pending?.byId.size ?? 0;
  }

  has(id: number): boolean {
    return this.#pending?.byId.has(id) ?? false;
  }

  /** When the first one is due, in nanoseconds of room time; infinity when none is pending. */
  get nextDue(): number {
    return this.#pending?.heap.first?.due ?? Number.POSITIVE_INFINITY;
  }

  /** Sets a timer, or moves the pending one of the same id. @param due nanoseconds of room time. */
  set(id: number, due: number): void {
    this.#pending ??= { byId: new Map(), heap: new DueHeap() };
    const { byId, heap } = this.#pending;
    let timer = byId.get(id);
    if (timer === undefined) {
      timer = { id, due, heapIndex: -1 };
      byId.set(id, timer);
    }
    heap.set(timer, due);
  }

  clear(id: number): void {
    const timer = this.#pending?.byId.get(id);
    if (this.#pending === null || timer === undefined) return;
    this.#pending.heap.remove(timer);
    this.#pending.byId.delete(id);
  }

  /** Ids and due times, in no order. */
  entries(): { id: number; due: number }[] {
    return [...(this.#pending?.byId.values() ?? [])].map(({ id, due }) => ({ id, due }));
  }

  /** Brings every due time nearer by this many nanoseconds, though not before `now`; their order stays. */
  advance(ns: number, now: number): void {
    let earliest = now;
    for (const { id, due } of this.entries().sort((a, b) => a.due - b.due)) {
      const moved = Math.max(earliest, due - ns);
      this.set(id, moved);
      earliest = moved + 1;
    }
  }

  /** Id of the timer that is due first; there must be one. */
  get first(): number {
    return this.#pending!.heap.first!.id;
  }
}
