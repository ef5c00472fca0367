import { isAnswer, type Outcome } from './send.ts';
import { quantile } from './statistics.ts';

/** A status, or a way in which there was no answer. */
type Ending = number | Exclude<Outcome['kind'], 'answer'>;

/** How a number of requests ended. */
export class Tally {
  readonly outcomes: Outcome[];

  constructor(outcomes: Iterable<Outcome> = []) {
    this.outcomes = [...outcomes];
  }

  add(...outcomes: readonly Outcome[]): void {
    this.outcomes.push(...outcomes);
  }

  get size(): number {
    return this.outcomes.length;
  }

  count(ending: Ending): number {
    return this.outcomes.filter((outcome) => endingOf(outcome) === ending).length;
  }

  /** How many ended as none of these. */
  countOthers(...expected: readonly Ending[]): number {
    return this.outcomes.filter((outcome) => !expected.includes(endingOf(outcome))).length;
  }

  /** Such as `201: 12, 503: 3`. */
  toString(): string {
    const groups = [...Map.groupBy(this.outcomes, (outcome) => String(endingOf(outcome)))];
    const counts = groups.map(([ending, { length }]) => `${ending}: ${length}`);
    return counts.toSorted().join(', ') || 'none';
  }

  /** Milliseconds within which this part of the requests ended; NaN without any. */
  percentile(part: number): number {
    const times = this.outcomes.map(({ milliseconds }) => milliseconds);
    return times.length === 0 ? Number.NaN : quantile(times, part);
  }

  /** In milliseconds; 0 without any. */
  get longest(): number {
    return this.outcomes.reduce((longest, each) => Math.max(longest, each.milliseconds), 0);
  }

  /** Those that were sent in a span of time, by `performance.now()`. */
  sentBetween(from: number, to: number): Tally {
    return new Tally(this.outcomes.filter(({ sentAt }) => sentAt >= from && sentAt < to));
  }
}

function endingOf(outcome: Outcome): Ending {
  return isAnswer(outcome) ? outcome.status : outcome.kind;
}
