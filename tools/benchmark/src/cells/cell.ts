import type { Mode } from '@org/harness';
import type { Document, WithId } from 'mongodb';

import { SIDES, type Bench, type Side } from '../bench.ts';
import { interleave, type Comparison, type Rounds } from '../comparison.ts';
import type { LoadResult } from '../load/load.ts';

export interface CellContext {
  readonly bench: Bench;
  /** An account as the program stores it. */
  readonly pattern: WithId<Document>;
  readonly mode: Mode;
  readonly report: (line: string) => void;
}

export interface Cell {
  /** Unique; begins the names of its comparisons. */
  readonly name: string;
  /** May leave servers running. */
  measure(context: CellContext): Promise<readonly Comparison[]>;
}

export interface Quantity<Sample> {
  readonly name: string;
  readonly unit: string;
  readonly of: (sample: Sample) => number;
}

/** Something that is measured, with the name that it has in tables. */
export interface Subject<Sample> {
  readonly label: string;
  readonly measure: () => Promise<Sample>;
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

export interface SidesPlan<Sample> {
  readonly name: string;
  readonly rounds: Rounds;
  readonly quantities: readonly Quantity<Sample>[];
  readonly measure: (side: Side) => Promise<Sample>;
  readonly render: (sample: Sample) => string;
}

/** The program beside its limit, by turns. */
export async function compareSides<Sample>(
  context: CellContext,
  { name, rounds, quantities, measure, render }: SidesPlan<Sample>,
): Promise<Comparison[]> {
  const subjects = SIDES.map((side) => ({ label: side, measure: () => measure(side) }));
  const [program, limit] = await sampleByTurns(context, subjects, rounds, render);
  return compare(name, quantities, program, { label: 'limit', samples: limit });
}
