/**
 * Two or more sides measured in turn, in one run: whatever the machine does meanwhile happens to all of them. Every
 * other round goes backwards, so that no side is always the one after another.
 */

/** Runs `slice` for every side in each round. Answers a list a side, one entry a round. */
export async function interleave<Side extends string, Sample>(
  sides: readonly Side[],
  rounds: number,
  slice: (side: Side, round: number) => Promise<Sample>,
): Promise<Record<Side, Sample[]>> {
  const samples = Object.fromEntries(sides.map((side) => [side, [] as Sample[]])) as Record<Side, Sample[]>;
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? sides : [...sides].reverse();
    for (const side of order) samples[side].push(await slice(side, round));
  }
  return samples;
}

/** Slice by slice, one list over the other. */
export function ratios(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, slice) => value / under[slice]!);
}
