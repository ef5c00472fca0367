export type Summary = Readonly<ReturnType<typeof summarize>>;

/** @throws RangeError without samples */
export function summarize(samples: readonly number[]) {
  return {
    median: median(samples),
    minimum: Math.min(...samples),
    maximum: Math.max(...samples),
  };
}

/** The middle sample, or the mean of the two middle ones. @throws RangeError without samples */
export function median(samples: readonly number[]): number {
  const upper = samples.toSorted((left, right) => left - right)[Math.floor(samples.length / 2)];
  return (quantile(samples, 0.5) + (upper ?? Number.NaN)) / 2;
}

/**
 * The ratios of samples that were taken side by side. A machine that is slower for a while slows
 * both, so these spread less than the samples do.
 *
 * @throws RangeError if the lengths differ
 */
export function pairedRatios(samples: readonly number[], base: readonly number[]): number[] {
  if (samples.length !== base.length) {
    throw new RangeError(`${samples.length} samples cannot be paired with ${base.length}.`);
  }
  return samples.map((sample, round) => sample / (base[round] ?? Number.NaN));
}

/**
 * The smallest sample that at least this fraction of the samples does not exceed (nearest rank).
 *
 * @throws RangeError without samples
 */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  const found = sorted[Math.max(Math.ceil(sorted.length * fraction) - 1, 0)];
  if (found === undefined) {
    throw new RangeError('There is no quantile of no samples.');
  }
  return found;
}
