/** Order statistics of plain samples. */

/**
 * The value that a share `q` (0 … 1) of the samples does not exceed (nearest rank: always one of the samples, and
 * with fewer than 100 of them the 99th percentile is the largest).
 */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0) throw new RangeError("no samples: nothing was measured");
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function mean(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError("no samples: nothing was measured");
  return samples.reduce((sum, one) => sum + one, 0) / samples.length;
}
