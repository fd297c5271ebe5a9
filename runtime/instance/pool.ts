/**
 * The warm instances of one image on one shard. `claim` never waits: ready instance, else a used one reset on
 * the spot, else a fresh one (a miss). Resets and refills happen in `tend`, a small step at a time.
 *
 * Used instances are reset and kept beyond the target, for a while: to reset one costs a tenth of making one, and
 * every discarded memory brings the next garbage collection nearer, which all rooms of the shard pay for. Only
 * instances that neither failed nor grew come back. Others are dropped, so that memory once grown does not
 * stay, and whatever a trap left behind is never trusted.
 */

/** What the pool needs to know of its image. */
export interface Maker<T> {
  make(): T;
  reset(instance: T): void;
  reusable(instance: T): boolean;
}

/** Told that a pool has upkeep to do; it calls `tend` when the loop is idle. */
export type WantsTending = () => void;

/** `trim` lets one in so many of the spare instances go. */
const TRIMMED_SHARE = 16;

export class Pool<T> {
  readonly #maker: Maker<T>;
  readonly #ready: T[] = [];
  readonly #used: T[] = [];
  readonly #wanting: WantsTending;
  readonly #spare: number;
  #target: number;
  #retired = false;
  claims = 0;
  misses = 0;

  /**
   * @param target instances to keep ready.
   * @param spare used instances that may be kept beyond it until `trim` lets them go.
   */
  constructor(maker: Maker<T>, target: number, spare: number, wanting: WantsTending) {
    this.#maker = maker;
    this.#spare = spare;
    this.#target = target;
    this.#wanting = wanting;
  }

  get size(): number {
    return this.#ready.length + this.#used.length;
  }

  /** Instances that a claim gets without a reset. */
  get ready(): number {
    return this.#ready.length;
  }

  get target(): number {
    return this.#target;
  }

  /** An instance in its pristine state. Throws only what instantiation throws. */
  claim(): T {
    this.claims++;
    const ready = this.#ready.pop();
    if (this.#ready.length < this.#target) this.#wanting();
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
    if (this.#retired || this.size >= this.#target + this.#spare || !this.#maker.reusable(instance)) return;
    this.#used.push(instance);
    this.#wanting();
  }

  /** One step of upkeep, some tens of microseconds; false when there is nothing to do. */
  tend(): boolean {
    const used = this.#used.pop();
    if (used === undefined && this.#ready.length >= this.#target) return false;
    if (used !== undefined) this.#maker.reset(used);
    this.#ready.push(used ?? this.#maker.make());
    return true;
  }

  /** Lets some of the spare instances go, those that waited longest first; whether any are left. */
  trim(): boolean {
    const excess = this.size - this.#target;
    if (excess <= 0) return false;
    const going = Math.ceil(excess / TRIMMED_SHARE);
    const unreset = this.#used.splice(0, going).length;
    this.#ready.splice(0, going - unreset);
    return excess > going;
  }

  /** Lets every idle instance go, and keeps none from now on: the image was replaced. */
  retire(): void {
    this.#retired = true;
    this.#target = 0;
    this.#ready.length = 0;
    this.#used.length = 0;
  }
}
