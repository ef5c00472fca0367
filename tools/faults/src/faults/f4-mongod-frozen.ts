import { setTimeout as delay } from 'node:timers/promises';

import type { Program } from '../stage/program.ts';
import { checkAtLeast, checkProgram, checkThat } from './check.ts';
import type { Fault } from './fault.ts';
import { causeOutages } from './outage.ts';

/** Longer than a request may take, so that some have to be given up. */
const FROZEN_MILLISECONDS = { quick: 12_000, full: 30_000 };
const POOL_LOOKS = 10;

export const mongodFrozen: Fault = {
  id: 'F4',
  title: 'mongod frozen by SIGSTOP',
  run: async (context) => {
    const { databaseServer } = context.stage;
    const program = await context.stage.start({ role: 'api' });
    const before = await connectionsInUse(program);
    const outages = await causeOutages(context, program, {
      rounds: { quick: 1, full: 3 },
      load: { requestsPerSecond: 20, writers: 4 },
      lookEvery: 100,
      rest: 5_000,
      cause: async () => {
        const beganAt = performance.now();
        databaseServer.signal('SIGSTOP');
        await delay(FROZEN_MILLISECONDS[context.mode]);
        const endedAt = performance.now();
        databaseServer.signal('SIGCONT');
        return { beganAt, endedAt, overAt: endedAt };
      },
    });
    const after = await connectionsInUse(program);
    const goal = `no more than before, ${before}`;
    return [
      checkAtLeast('answers of 503', outages.unavailable, 1),
      checkThat('answers', outages.unexpected === 0, outages.answers, 'success or 503'),
      context.checkTime('slowest answer', outages.slowestAnswer, 10_000),
      context.checkTime('first success after it goes on', outages.recovery, 2_000),
      checkThat('connections in use afterwards', after <= before, String(after), goal),
      ...checkProgram(program),
      ...(await context.checkStored(outages.ledger, { drained: false })),
    ];
  },
};

/** What is never given back is in use whenever one looks. */
async function connectionsInUse(program: Program): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < POOL_LOOKS; look += 1) {
    looks.push(await program.readGauge('mongodb_pool_connections', { state: 'in_use' }));
    await delay(50);
  }
  return Math.min(...looks);
}
