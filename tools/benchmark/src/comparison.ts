import { pairedRatios, summarize } from '@org/harness';

/** One quantity, sampled round by round beside what it is held against. */
export interface Comparison {
  /** Unique in a run; goals refer to it. */
  readonly name: string;
  readonly unit: string;
  readonly measured: readonly number[];
  /** What it is held against, most often the limit. */
  readonly base: { readonly label: string; readonly samples: readonly number[] };
}

export type ComparisonSummary = Readonly<ReturnType<typeof summarizeComparison>>;

export function summarizeComparison({ name, unit, measured, base }: Comparison) {
  return {
    name,
    unit,
    rounds: measured.length,
    measured: summarize(measured),
    base: { label: base.label, ...summarize(base.samples) },
    /** The measured sample divided by the base's of the same round. */
    ratio: summarize(pairedRatios(measured, base.samples)),
  };
}

/** How often everything is measured. Times are in milliseconds. */
export interface Rounds {
  readonly atMost: number;
  /** Measured even when the time is over. */
  readonly atLeast: number;
  /** After this no further round begins. */
  readonly within: number;
}

/**
 * Measures several subjects in rounds, every other round in reverse order, so that neither drift of
 * the machine nor a fixed neighbour favours one of them.
 *
 * @returns for each subject what was measured, by round
 */
export async function interleave<Subject, Sample>(
  subjects: readonly Subject[],
  rounds: Rounds,
  measure: (subject: Subject, round: number) => Promise<Sample>,
  now: () => number = () => performance.now(),
): Promise<Map<Subject, Sample[]>> {
  const samples = new Map<Subject, Sample[]>(subjects.map((subject) => [subject, []]));
  const begin = now();
  for (let round = 0; round < rounds.atMost; round += 1) {
    if (round >= rounds.atLeast && now() - begin > rounds.within) {
      break;
    }
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      samples.get(subject)?.push(await measure(subject, round));
    }
  }
  return samples;
}
