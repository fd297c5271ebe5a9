/**
 * A log-linear histogram of microseconds: 32 equal buckets in every power of two from 2^-4 (0.0625 µs) to
 * 2^26 (67 s), the layout of HdrHistogram (Tene). A bucket is at most 1/32 of its lower edge wide and
 * quantiles answer its middle, so they are within 1.6 % of the recorded value.
 *
 * `record` allocates nothing: the bucket is read off the bits of the value as a 32-bit float (its exponent
 * and the five highest bits of its mantissa, side by side), which also orders the buckets.
 */
import type { HistogramState } from "./stats.ts";

const LOWEST_EXPONENT = -4;
const OCTAVES = 30;
const BUCKETS_PER_OCTAVE = 32;
const BUCKETS = OCTAVES * BUCKETS_PER_OCTAVE;
const LOWEST = 2 ** LOWEST_EXPONENT;

/** Sign and 8 bits of exponent, 23 of mantissa: shifting 18 away leaves the exponent and 5 bits (32 buckets). */
const SHIFT = 18;
const FLOAT_BIAS = 127;
const FIRST = (FLOAT_BIAS + LOWEST_EXPONENT) * BUCKETS_PER_OCTAVE;

// Two views of the same four bytes; both have 32-bit elements, so byte order does not matter.
const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

export class Histogram {
  // Doubles: 2^32 messages pass in an hour at a million a second.
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  static from(state: HistogramState): Histogram {
    const histogram = new Histogram();
    histogram.merge(state);
    return histogram;
  }

  get count(): number {
    return this.#count;
  }

  /** Sum of all values, in microseconds. */
  get sum(): number {
    return this.#sum;
  }

  /** The largest value; after {@link subtract} only as exact as a bucket. */
  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Counts one value in microseconds. What lies outside the range counts in the first or last bucket. */
  record(microseconds: number): void {
    const value = Math.max(microseconds, LOWEST);
    asFloat[0] = value;
    const bucket = (asBits[0]! >>> SHIFT) - FIRST;
    const inRange = bucket < BUCKETS ? bucket : BUCKETS - 1;
    this.#counts[inRange] = this.#counts[inRange]! + 1;
    this.#count++;
    if (microseconds > 0) this.#sum += microseconds;
    if (microseconds > this.#max) this.#max = microseconds;
  }

  /** The value that a share `q` (0 … 1) of the values does not exceed, in microseconds; 0 without values. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= rank) return Math.min((lowerEdge(bucket) + lowerEdge(bucket + 1)) / 2, this.#max);
    }
    return 0;
  }

  /** How many values were at most `microseconds`, as exact as a bucket. */
  countAtMost(microseconds: number): number {
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if ((lowerEdge(bucket) + lowerEdge(bucket + 1)) / 2 > microseconds) break;
      seen += this.#counts[bucket]!;
    }
    return seen;
  }

  /** Adds all values of another histogram. */
  merge(other: HistogramState): void {
    const buckets = Math.min(other.counts.length, BUCKETS);
    for (let bucket = 0; bucket < buckets; bucket++) {
      this.#counts[bucket] = this.#counts[bucket]! + other.counts[bucket]!;
    }
    this.#count += other.count;
    this.#sum += other.sum;
    if (other.max > this.#max) this.#max = other.max;
  }

  /**
   * Takes away an earlier reading of the same histogram, leaving what came between the two.
   * @throws RangeError when `earlier` is no earlier reading, as after a restart of the process that counts.
   */
  subtract(earlier: HistogramState): void {
    const buckets = Math.min(earlier.counts.length, BUCKETS);
    for (let bucket = 0; bucket < buckets; bucket++) {
      if (earlier.counts[bucket]! > this.#counts[bucket]!) {
        throw new RangeError(
          "not an earlier reading of this histogram; was its process restarted in between?",
        );
      }
    }
    for (let bucket = 0; bucket < buckets; bucket++) {
      this.#counts[bucket] = this.#counts[bucket]! - earlier.counts[bucket]!;
    }
    this.#count -= earlier.count;
    this.#sum = Math.max(0, this.#sum - earlier.sum);
    this.#max = Math.min(this.#max, lowerEdge(this.#usedBuckets()));
    if (this.#count === 0) this.#max = 0;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#max = 0;
  }

  /** A copy that can be sent, kept and merged; empty buckets at the end are left out. */
  state(): HistogramState {
    const counts = Array.from(this.#counts.subarray(0, this.#usedBuckets()));
    return { counts, count: this.#count, sum: this.#sum, max: this.#max };
  }

  #usedBuckets(): number {
    let used = BUCKETS;
    while (used > 0 && this.#counts[used - 1] === 0) used--;
    return used;
  }
}

/** In microseconds; the lower edge of a bucket is the upper edge of the one before. */
function lowerEdge(bucket: number): number {
  const octave = Math.floor(bucket / BUCKETS_PER_OCTAVE);
  const step = bucket % BUCKETS_PER_OCTAVE;
  return 2 ** (LOWEST_EXPONENT + octave) * (1 + step / BUCKETS_PER_OCTAVE);
}
