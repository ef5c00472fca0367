/** The smallest sample that this part (0 to 1) of the samples is not above; NaN without samples. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  const index = Math.max(0, Math.ceil(sorted.length * part) - 1);
  return sorted[index] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** NaN without samples. */
export function largest(samples: readonly number[]): number {
  return percentile(samples, 1);
}
