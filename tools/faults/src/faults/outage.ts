import { setTimeout as delay } from 'node:timers/promises';

import { isSuccess, type ByMode, type Tally } from '@org/harness';

import type { Ledger } from '../load/ledger.ts';
import { startMixedLoad, type MixedLoadOptions } from '../load/load.ts';
import { firstUnready, watchReadiness } from '../load/watch.ts';
import type { Program } from '../stage/program.ts';
import type { FaultContext } from './fault.ts';

/** A time in which MongoDB did not answer, by `performance.now()`. */
export interface Outage {
  readonly beganAt: number;
  /** When the way back began. */
  readonly endedAt: number;
  /** When it answered again. */
  readonly overAt: number;
}

export interface OutagePlan {
  readonly rounds: ByMode;
  readonly load: MixedLoadOptions;
  /** Between two looks at readiness. */
  readonly lookEvery: number;
  /** After the last outage, in milliseconds. */
  readonly rest: number;
  readonly cause: (ledger: Ledger) => Promise<Outage>;
}

const SERVING_MILLISECONDS = 3_000;

/** Causes outages under load, each after the program has served for a while. */
export async function causeOutages(
  context: FaultContext,
  { port }: Program,
  { rounds, load: loadOptions, lookEvery, rest, cause }: OutagePlan,
) {
  const load = await startMixedLoad(context.connect({ port }), loadOptions);
  const readiness = watchReadiness(port, lookEvery);
  const outages = await context.rounds(rounds, async () => {
    await delay(SERVING_MILLISECONDS);
    return cause(load.ledger);
  });
  await delay(rest);
  const looks = await readiness.stop();
  const summary = summarizeOutages(outages, await load.stop(), (after) =>
    firstUnready(looks, after),
  );
  return { ...summary, ledger: load.ledger };
}

/**
 * What clients saw of a number of outages. Times are in milliseconds; one that never came makes the
 * worst never, too: NaN.
 *
 * @param unreadyAfter when readiness was first seen to be withdrawn after a time; NaN for never
 */
export function summarizeOutages(
  outages: readonly Outage[],
  tally: Tally,
  unreadyAfter: (after: number) => number,
) {
  const during = outages.map(({ beganAt, endedAt }) => tally.sentBetween(beganAt, endedAt));
  return {
    /** The longest that a request waited for its answer. */
    slowestAnswer: Math.max(...during.map(({ longest }) => longest)),
    /** Requests that ended as neither success nor 503. */
    unexpected: tally.countOthers(200, 201, 204, 503),
    answers: String(tally),
    unavailable: tally.count(503),
    /** The longest from the outage until readiness said so. */
    readinessFlip: Math.max(...outages.map(({ beganAt }) => unreadyAfter(beganAt) - beganAt)),
    /** The longest from the end of the outage until the first success. */
    recovery: Math.max(...outages.map((outage) => timeToSuccess(outage, tally))),
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
