import type { Comparison } from '../comparison.ts';
import type { LoadResult } from '../load/load-result.ts';
import type { Side } from '../servers/server-definition.ts';

/** A quantity of samples that is compared. */
export interface Quantity<Sample> {
  readonly name: string;
  readonly unit: string;
  readonly of: (sample: Sample) => number;
}

/** What is of interest about most loads. */
export const LOAD_QUANTITIES: readonly Quantity<LoadResult>[] = [
  { name: 'server CPU', unit: 'ms/request', of: (sample) => sample.processorMilliseconds },
  { name: 'mongod CPU', unit: 'ms/request', of: (sample) => sample.mongodMilliseconds },
  { name: 'median answer', unit: 'ms', of: (sample) => sample.medianMilliseconds },
  { name: 'throughput', unit: 'requests/s', of: (sample) => sample.answersPerSecond },
];

/** The program beside its limit, quantity by quantity. */
export function compareSides<Sample>(
  cell: string,
  quantities: readonly Quantity<Sample>[],
  samples: ReadonlyMap<Side, readonly Sample[]>,
): Comparison[] {
  return quantities.map(({ name, unit, of }) => ({
    name: `${cell}, ${name}`,
    unit,
    measured: (samples.get('program') ?? []).map(of),
    base: { label: 'limit', samples: (samples.get('limit') ?? []).map(of) },
  }));
}
