/**
 * The words that a shard and one of its call threads share. A thread takes each call with one atomic step, so a call
 * that has not begun can be withdrawn: either the thread has it or the shard does, never both.
 *
 * BEGUN holds the number of the last call that the thread took. The shard withdraws by moving it on to the last
 * number it has posted; the thread, which expects its predecessor there, then passes over what was withdrawn.
 */

const POSTED = 0;
const BEGUN = 1;
const WORDS = 2;

export class Gate {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** The shard: a message was posted. Wakes the thread. */
  posted(): void {
    Atomics.add(this.#words, POSTED, 1);
    Atomics.notify(this.#words, POSTED, 1);
  }

  /** The thread: sleeps until more was posted than it has `seen`. Returns what to pass the next time. */
  wait(seen: number): number {
    Atomics.wait(this.#words, POSTED, seen);
    return Atomics.load(this.#words, POSTED);
  }

  /** The thread: takes a call; false when it was withdrawn. */
  begin(number: number): boolean {
    const before = (number - 1) | 0;
    return Atomics.compareExchange(this.#words, BEGUN, before, number) === before;
  }

  /** The number of the last call that was taken, or withdrawn. */
  get begun(): number {
    return Atomics.load(this.#words, BEGUN);
  }

  /** The shard: withdraws all calls up to the last one posted, if `begun` is still what was taken last. */
  withdraw(begun: number, posted: number): boolean {
    return Atomics.compareExchange(this.#words, BEGUN, begun, posted) === begun;
  }
}
