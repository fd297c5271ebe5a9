/** Wakes sleeping rooms in time. One timer, for the sleeper that is due first; the store knows which. */
import type { RoomStore } from "../../store/rooms/roomStore.ts";

/** Pause between two rounds, in milliseconds: a sleeper that cannot be woken must not keep the shard busy. */
const PAUSE_MS = 250;
/** The longest delay that timers know (2^31 - 1 ms). */
const MAX_DELAY_MS = 0x7fff_ffff;

export class WakeTimer {
  readonly #store: RoomStore;
  readonly #wake: () => Promise<void>;
  #timer: NodeJS.Timeout | null = null;
  #dueMs = Number.POSITIVE_INFINITY;
  #running = false;
  #stopped = false;

  /** @param wake wakes who is due. */
  constructor(store: RoomStore, wake: () => Promise<void>) {
    this.#store = store;
    this.#wake = wake;
  }

  /** Called whenever the store's sleepers may have changed. */
  arm(): void {
    if (this.#running || this.#stopped) return;
    const dueMs = this.#store.nextDueMs;
    if (dueMs === this.#dueMs) return;
    this.#set(dueMs, dueMs - Date.now());
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #set(dueMs: number, delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = null;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(this.#fire, Math.min(Math.max(delayMs, 1), MAX_DELAY_MS));
  }

  readonly #fire = (): void => {
    this.#running = true;
    void this.#wake().finally(() => {
      this.#running = false;
      if (this.#stopped) return;
      const dueMs = this.#store.nextDueMs;
      this.#set(dueMs, Math.max(PAUSE_MS, dueMs - Date.now()));
    });
  };
}
