import { setTimeout as delay } from 'node:timers/promises';

import { isSuccess, waitUntil, type ByMode, type ServerProgram, type Tally } from '@org/harness';

import { signUpAndLogIn } from '../load/api-client.ts';
import { Ledger } from '../load/ledger.ts';
import { firstUnready, readSample, startPacedLoad, watchReadiness } from '../load/load.ts';
import { Writer } from '../load/writer.ts';
import { checkAtLeast, checkProgram, checkThat } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const SERVING_MILLISECONDS = 3_000;
/** After the last outage. */
const REST_MILLISECONDS = 5_000;
const WRITES_PER_ROUND = 10;
const AWAY_MILLISECONDS = 5_000;
/** Longer than a request may take, so that some have to be given up. */
const FROZEN_MILLISECONDS = { quick: 12_000, full: 30_000 };
const POOL_LOOKS = 10;

interface Outage {
  readonly beganAt: number;
  /** When the way back began. */
  readonly endedAt: number;
  /** When it answered again. */
  readonly overAt: number;
}

interface OutagePlan {
  readonly rounds: ByMode;
  readonly requestsPerSecond: number;
  readonly writers: number;
  readonly cause: (ledger: Ledger) => Promise<Outage>;
  /** Names and limits in milliseconds of what was seen. */
  readonly times: Readonly<Partial<Record<TimeSeen, readonly [name: string, limit: number]>>>;
}

type TimeSeen = 'slowestAnswer' | 'readinessFlip' | 'recovery';

export const mongodKilled: Fault = {
  id: 'F3',
  title: 'mongod killed and restarted at 100 requests a second',
  run: async (context) => {
    const { stage } = context;
    return causeOutages(context, await stage.start({ role: 'api' }), {
      rounds: { quick: 2, full: 10 },
      requestsPerSecond: 100,
      writers: 8,
      cause: async (ledger) => {
        // So that a kill has writes to lose, on a slow machine too.
        const enough = ledger.acknowledged + WRITES_PER_ROUND;
        const isEnough = () => ledger.acknowledged >= enough;
        await waitUntil(`${WRITES_PER_ROUND} writes`, isEnough);
        const beganAt = performance.now();
        await stage.killMongod();
        await delay(AWAY_MILLISECONDS);
        const endedAt = performance.now();
        await stage.restartMongod();
        return { beganAt, endedAt, overAt: performance.now() };
      },
      times: {
        slowestAnswer: ['slowest 503', 3_000],
        readinessFlip: ['readiness flips', 2_000],
        recovery: ['first success after mongod accepts', 5_000],
      },
    });
  },
};

export const mongodFrozen: Fault = {
  id: 'F4',
  title: 'mongod frozen by SIGSTOP',
  run: async (context) => {
    const { stage, mode } = context;
    const program = await stage.start({ role: 'api' });
    const before = await connectionsInUse(program);
    const checks = await causeOutages(context, program, {
      rounds: { quick: 1, full: 3 },
      requestsPerSecond: 20,
      writers: 4,
      cause: async () => {
        const beganAt = performance.now();
        stage.signalMongod('SIGSTOP');
        await delay(FROZEN_MILLISECONDS[mode]);
        const endedAt = performance.now();
        stage.signalMongod('SIGCONT');
        return { beganAt, endedAt, overAt: endedAt };
      },
      times: {
        slowestAnswer: ['slowest answer', 10_000],
        recovery: ['first success after it goes on', 2_000],
      },
    });
    const after = await connectionsInUse(program);
    const goal = `no more than before, ${before}`;
    return [
      ...checks,
      checkThat('connections in use afterwards', after <= before, String(after), goal),
    ];
  },
};

/**
 * Causes outages, each after the program has served for a while, and judges them. The load, at a
 * rate, is writes by so many writers, and reads while all of them wait.
 */
async function causeOutages(context: FaultContext, program: ServerProgram, plan: OutagePlan) {
  const client = context.stage.connect(program);
  const ledger = new Ledger();
  const reader = await signUpAndLogIn(client);
  const idle = Array.from({ length: plan.writers }, () => new Writer(client, ledger));
  const load = startPacedLoad(plan.requestsPerSecond, async () => {
    const writer = idle.shift();
    if (writer === undefined) {
      return client.readAccount(reader);
    }
    const outcome = await writer.step();
    idle.push(writer);
    return outcome;
  });
  const readiness = watchReadiness(program.port, 50);
  const outages = await context.rounds(plan.rounds, async () => {
    await delay(SERVING_MILLISECONDS);
    return plan.cause(ledger);
  });
  await delay(REST_MILLISECONDS);
  const looks = await readiness.stop();
  const unreadyAfter = (after: number) => firstUnready(looks, after);
  const seen = summarizeOutages(outages, await load.stop(), unreadyAfter);
  const times = Object.entries(plan.times).map(([time, [name, limit]]) =>
    context.checkTime(name, seen[time as TimeSeen], limit),
  );
  return [
    checkAtLeast('answers of 503', seen.unavailable, 1),
    checkThat('answers', seen.unexpected === 0, seen.answers, 'success or 503'),
    ...times,
    ...checkProgram(program),
    ...(await context.checkStored(ledger, false)),
  ];
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

/** What is never given back is in use whenever one looks. */
async function connectionsInUse({ metricsPort }: ServerProgram): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < POOL_LOOKS; look += 1) {
    const labels = { state: 'in_use' };
    looks.push(await readSample(metricsPort, 'mongodb_pool_connections', labels));
    await delay(50);
  }
  return Math.min(...looks);
}
