/**
 * The warm instances of one image on one shard. `claim` never waits: ready instance, else a used one reset on
 * the spot, else a fresh one (a miss). Resets and refills happen in `tend`, a small step at a time, when the
 * loop is idle; a burst empties the pool but is never slowed by its refilling.
 *
 * Only instances that neither failed nor grew come back. Others are dropped, so that memory once grown does
 * not stay, and whatever a trap left behind is never trusted.
 */

/** What the pool needs to know of its image. */
export interface Maker<T> {
  make(): T;
  reset(instance: T): void;
  reusable(instance: T): boolean;
}

/** Told that a pool has upkeep to do; it calls `tend` when the loop is idle. */
export type WantsTending = () => void;

export class Pool<T> {
  readonly #maker: Maker<T>;
  readonly #ready: T[] = [];
  readonly #used: T[] = [];
  readonly #wanting: WantsTending;
  #target: number;
  claims = 0;
  misses = 0;

  /** @param target instances to keep; also the most that are kept after use. */
  constructor(maker: Maker<T>, target: number, wanting: WantsTending) {
    this.#maker = maker;
    this.#target = target;
    this.#wanting = wanting;
  }

  get size(): number {
    return this.#ready.length + this.#used.length;
  }

  get target(): number {
    return this.#target;
  }

  /** An instance in its pristine state. Throws only what instantiation throws. */
  claim(): T {
    this.claims++;
    if (this.#target > 0) this.#wanting();
    const ready = this.#ready.pop();
    if (ready !== undefined) return ready;
    const used = this.#used.pop();
    if (used !== undefined) {
      this.#maker.reset(used);
      return used;
    }
    this.misses++;
    return this.#maker.make();
  }

  /** Takes back an instance that no room uses any more. */
  release(instance: T): void {
    if (this.size >= this.#target || !this.#maker.reusable(instance)) return;
    this.#used.push(instance);
    this.#wanting();
  }

  /** One step of upkeep, some tens of microseconds; false when there is nothing to do. */
  tend(): boolean {
    const used = this.#used.pop();
    if (used !== undefined) {
      this.#maker.reset(used);
      this.#ready.push(used);
      return true;
    }
    if (this.#ready.length >= this.#target) return false;
    this.#ready.push(this.#maker.make());
    return true;
  }

  /** Lets every idle instance go, and keeps none from now on: the image was replaced. */
  retire(): void {
    this.#target = 0;
    this.#ready.length = 0;
    this.#used.length = 0;
  }
}
