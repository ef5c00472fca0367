import { isAnswer, type Outcome } from '../http/http-client.ts';
import { percentile } from '../statistics.ts';

/** How a number of requests ended. */
export class Tally {
  readonly #outcomes: Outcome[] = [];

  add(outcome: Outcome): void {
    this.#outcomes.push(outcome);
  }

  get outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  get size(): number {
    return this.#outcomes.length;
  }

  /** By status, or by the way in which there was no answer. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const outcome of this.#outcomes) {
      const name = nameOf(outcome);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return new Map([...counts].toSorted(([left], [right]) => left.localeCompare(right)));
  }

  /** How many ended as none of these. */
  countOthers(...expected: readonly (number | 'refused' | 'broken' | 'overdue')[]): number {
    const names = new Set(expected.map(String));
    return this.#outcomes.filter((outcome) => !names.has(nameOf(outcome))).length;
  }

  /** Such as `201: 12, 503: 3`. */
  describe(): string {
    return [...this.counts()].map(([name, count]) => `${name}: ${count}`).join(', ') || 'none';
  }

  /** Milliseconds within which this part of the requests ended; NaN without any. */
  percentile(part: number): number {
    return percentile(
      this.#outcomes.map(({ milliseconds }) => milliseconds),
      part,
    );
  }

  get longestMilliseconds(): number {
    return Math.max(0, ...this.#outcomes.map(({ milliseconds }) => milliseconds));
  }

  /** Those that were sent in a span of time, by `performance.now()`. */
  sentBetween(from: number, to: number): Tally {
    const part = new Tally();
    for (const outcome of this.#outcomes) {
      if (outcome.sentAt >= from && outcome.sentAt < to) {
        part.add(outcome);
      }
    }
    return part;
  }
}

function nameOf(outcome: Outcome): string {
  return isAnswer(outcome) ? String(outcome.status) : outcome.kind;
}
