import type { ReadinessWatch } from '../load/readiness-watch.ts';
import type { Tally } from '../load/tally.ts';
import { isSuccess } from '../http/http-client.ts';
import { largest } from '../statistics.ts';

/** A time in which MongoDB did not answer, by `performance.now()`. */
export interface Outage {
  readonly beganAt: number;
  /** When the way back began. */
  readonly endedAt: number;
  /** When it answered again. */
  readonly overAt: number;
}

/** What clients saw of a number of outages. Times are in milliseconds. */
export interface OutageSummary {
  /** The longest that a request waited for its answer. */
  readonly slowestAnswer: number;
  /** Requests that ended as neither success nor 503. */
  readonly unexpected: number;
  readonly answers: string;
  /** How many requests were answered with 503. */
  readonly unavailable: number;
  /** The longest from the outage until readiness said so; NaN if it never did. */
  readonly readinessFlip: number;
  /** The longest from the end of the outage until the first success; NaN if there was none. */
  readonly recovery: number;
}

export function summarizeOutages(
  outages: readonly Outage[],
  tally: Tally,
  readiness: Pick<ReadinessWatch, 'firstUnready'>,
): OutageSummary {
  const during = outages.map(({ beganAt, endedAt }) => tally.sentBetween(beganAt, endedAt));
  const statuses = [200, 201, 204, 503];
  return {
    slowestAnswer: largest(during.map(({ longestMilliseconds }) => longestMilliseconds)),
    unexpected: tally.countOthers(...statuses),
    answers: tally.describe(),
    unavailable: tally.counts().get('503') ?? 0,
    readinessFlip: worst(outages.map(({ beganAt }) => readiness.firstUnready(beganAt) - beganAt)),
    recovery: worst(outages.map((outage) => timeToSuccess(outage, tally))),
  };
}

/** Some of what was asked during the outage may be answered before all of this is ready. */
function timeToSuccess({ endedAt, overAt }: Outage, tally: Tally): number {
  const endings = tally.outcomes
    .filter(isSuccess)
    .map(({ sentAt, milliseconds }) => sentAt + milliseconds)
    .filter((time) => time > endedAt);
  return endings.length === 0 ? Number.NaN : Math.max(0, Math.min(...endings) - overAt);
}

/** One time that never came makes the worst never, too. */
function worst(times: readonly number[]): number {
  return Math.max(...times);
}
