import type { Mode } from '@org/harness';

import type { Bench } from '../bench.ts';
import type { Comparison } from '../comparison.ts';
import type { Data } from '../data/prepare-data.ts';
import { interleave, type Rounds } from '../interleave.ts';
import type { LoadResult } from '../load/load-result.ts';
import type { SideServers } from './both-sides.ts';

/** What a cell measures with. */
export interface CellContext {
  readonly bench: Bench;
  readonly sides: SideServers;
  readonly data: Data;
  readonly mode: Mode;
  /** Tells how the measuring gets on. */
  readonly report: (line: string) => void;
}

/** One kind of work that is measured. */
export interface Cell {
  /** Unique; begins the names of its comparisons. */
  readonly name: string;
  measure(context: CellContext): Promise<readonly Comparison[]>;
}

/** A quantity of samples that is compared. */
export interface Quantity<Sample> {
  readonly name: string;
  readonly unit: string;
  readonly of: (sample: Sample) => number;
}

/** How many requests are under way at the same time. */
export const CONNECTIONS = 8;

/** What is of interest about most loads. */
export const LOAD_QUANTITIES: readonly Quantity<LoadResult>[] = [
  { name: 'server CPU', unit: 'ms/request', of: (sample) => sample.processorMilliseconds },
  { name: 'mongod CPU', unit: 'ms/request', of: (sample) => sample.mongodMilliseconds },
  { name: 'median answer', unit: 'ms', of: (sample) => sample.medianMilliseconds },
  { name: 'throughput', unit: 'requests/s', of: (sample) => sample.answersPerSecond },
];

/** Something that is measured, with the name that it has in tables. */
export interface Subject<Sample> {
  readonly label: string;
  readonly measure: () => Promise<Sample>;
}

/** Measures subjects by turns, and reports each sample. */
export async function sampleByTurns<Sample>(
  { report }: CellContext,
  subjects: readonly Subject<Sample>[],
  rounds: Rounds,
  render: (sample: Sample) => string,
): Promise<readonly (readonly Sample[])[]> {
  const samples = await interleave(subjects, rounds, async ({ label, measure }, round) => {
    const sample = await measure();
    report(`round ${round + 1}/${rounds.atMost}, ${label}: ${render(sample)}`);
    return sample;
  });
  return subjects.map((subject) => samples.get(subject) ?? []);
}

/** Quantity by quantity, one subject's samples beside another's. */
export function compare<Sample>(
  name: string,
  quantities: readonly Quantity<Sample>[],
  measured: readonly Sample[] = [],
  base: { readonly label: string; readonly samples?: readonly Sample[] | undefined },
): Comparison[] {
  return quantities.map((quantity) => ({
    name: `${name}, ${quantity.name}`,
    unit: quantity.unit,
    measured: measured.map(quantity.of),
    base: { label: base.label, samples: (base.samples ?? []).map(quantity.of) },
  }));
}
