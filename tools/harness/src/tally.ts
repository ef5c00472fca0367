import { isAnswer, type Outcome } from './send.ts';
import { quantile } from './statistics.ts';

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

  /** By status, or by the way in which there was no answer. */
  counts(): ReadonlyMap<string, number> {
    const groups = Map.groupBy(this.outcomes, nameOf);
    const counts = [...groups].map(([name, { length }]) => [name, length] as const);
    return new Map(counts.toSorted(([left], [right]) => left.localeCompare(right)));
  }

  /** How many ended with this status, or in this way. */
  count(ending: number | 'refused' | 'broken' | 'overdue'): number {
    return this.counts().get(String(ending)) ?? 0;
  }

  /** How many ended as none of these. */
  countOthers(...expected: readonly (number | 'refused' | 'broken' | 'overdue')[]): number {
    const names = new Set(expected.map(String));
    return this.outcomes.filter((outcome) => !names.has(nameOf(outcome))).length;
  }

  /** Such as `201: 12, 503: 3`. */
  toString(): string {
    return [...this.counts()].map(([name, count]) => `${name}: ${count}`).join(', ') || 'none';
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

function nameOf(outcome: Outcome): string {
  return isAnswer(outcome) ? String(outcome.status) : outcome.kind;
}
