import { setTimeout as delay } from 'node:timers/promises';

import { waitUntil } from '@org/harness';

import type { Ledger } from '../load/ledger.ts';
import type { DatabaseServer } from '../stage/database-server.ts';
import { checkAtLeast, checkProgram, checkThat } from './check.ts';
import type { Fault } from './fault.ts';
import { causeOutages, type Outage } from './outage.ts';

const WRITES_PER_ROUND = 10;
const WRITES_LIMIT_MILLISECONDS = 60_000;
const AWAY_MILLISECONDS = 5_000;

export const mongodKilled: Fault = {
  id: 'F3',
  title: 'mongod killed and restarted at 100 requests a second',
  run: async (context) => {
    const { stage } = context;
    const program = await stage.start({ role: 'api' });
    const outages = await causeOutages(context, program, {
      rounds: { quick: 2, full: 10 },
      load: { requestsPerSecond: 100, writers: 8 },
      lookEvery: 50,
      rest: 3_000,
      cause: async (ledger) => {
        await untilWritten(ledger);
        return killAndRestart(stage.databaseServer);
      },
    });
    const { answers, unexpected, ledger } = outages;
    return [
      checkAtLeast('answers of 503', outages.unavailable, 1),
      checkThat('answers', unexpected === 0, answers, 'success or 503'),
      context.checkTime('slowest 503', outages.slowestAnswer, 3_000),
      context.checkTime('readiness flips', outages.readinessFlip, 2_000),
      context.checkTime('first success after mongod accepts', outages.recovery, 5_000),
      ...checkProgram(program),
      ...(await context.checkStored(ledger, { drained: false })),
    ];
  },
};

/** So that a kill has writes to lose, on a slow machine too. */
async function untilWritten(ledger: Ledger): Promise<void> {
  const enough = ledger.acknowledged + WRITES_PER_ROUND;
  const isEnough = () => ledger.acknowledged >= enough;
  await waitUntil(`${WRITES_PER_ROUND} writes`, WRITES_LIMIT_MILLISECONDS, isEnough);
}

async function killAndRestart(databaseServer: DatabaseServer): Promise<Outage> {
  const beganAt = performance.now();
  await databaseServer.kill();
  await delay(AWAY_MILLISECONDS);
  const endedAt = performance.now();
  await databaseServer.restart();
  return { beganAt, endedAt, overAt: performance.now() };
}
