import { setTimeout as delay } from 'node:timers/promises';

import { startMixedLoad } from '../load/mixed-load.ts';
import { ReadinessWatch } from '../load/readiness-watch.ts';
import { readGauge } from '../stage/metrics.ts';
import type { Program } from '../stage/program.ts';
import { checkStored } from './check-stored.ts';
import { checkAtLeast, checkThat, checkTime, type Check } from './check.ts';
import { judgeProgram } from './f3-mongod-killed.ts';
import { byMode, type Fault, type FaultContext, type Mode } from './fault.ts';
import { summarizeOutages, type Outage, type OutageSummary } from './outage.ts';

/** Longer than a request may take, so that some have to be given up. */
const FROZEN_MILLISECONDS = { quick: 12_000, full: 30_000 };
const ROUNDS = { quick: 1, full: 3 };
const LOAD = { requestsPerSecond: 20, writers: 4 };
const SERVING_MILLISECONDS = 3_000;
const READINESS_PAUSE_MILLISECONDS = 100;
const ANSWER_LIMIT_MILLISECONDS = 10_000;
const RECOVERY_LIMIT_MILLISECONDS = 2_000;
const POOL_LOOKS = 10;

export const mongodFrozen: Fault = {
  id: 'F4',
  title: 'mongod frozen by SIGSTOP',
  run: async (context) => {
    const { mode, stage } = context;
    const program = await stage.start({ role: 'api' });
    const usedBefore = await connectionsInUse(program);
    const load = await startMixedLoad({ ...LOAD, port: program.port });
    const readiness = ReadinessWatch.start(program.port, READINESS_PAUSE_MILLISECONDS);
    const outages = await freezeOverAndOver(context);
    await readiness.stop();
    const tally = await load.stop();
    const usedAfter = await connectionsInUse(program);
    return [
      ...judgeOutages(summarizeOutages(outages, tally, readiness), mode),
      judgePool(usedBefore, usedAfter),
      ...judgeProgram(program),
      ...(await checkStored(stage, load.ledger, { drained: false })),
    ];
  },
};

async function freezeOverAndOver({ mode, stage, progress }: FaultContext): Promise<Outage[]> {
  const { databaseServer } = stage;
  const rounds = byMode(mode, ROUNDS);
  const outages: Outage[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await delay(SERVING_MILLISECONDS);
    const beganAt = performance.now();
    databaseServer.freeze();
    await delay(byMode(mode, FROZEN_MILLISECONDS));
    const endedAt = performance.now();
    databaseServer.thaw();
    outages.push({ beganAt, endedAt, overAt: endedAt });
    progress(round + 1, rounds);
  }
  await delay(SERVING_MILLISECONDS + RECOVERY_LIMIT_MILLISECONDS);
  return outages;
}

function judgeOutages(summary: OutageSummary, mode: Mode): Check[] {
  const { slowestAnswer, recovery, answers, unexpected, unavailable } = summary;
  return [
    checkAtLeast('answers of 503', unavailable, 1),
    checkThat('answers', unexpected === 0, answers, 'success or 503'),
    checkTime('slowest answer', slowestAnswer, ANSWER_LIMIT_MILLISECONDS, mode),
    checkTime('first success after it goes on', recovery, RECOVERY_LIMIT_MILLISECONDS, mode),
  ];
}

/** What is never given back is in use whenever one looks. */
async function connectionsInUse(program: Program): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < POOL_LOOKS; look += 1) {
    looks.push(await readGauge(program, 'mongodb_pool_connections', { state: 'in_use' }));
    await delay(50);
  }
  return Math.min(...looks);
}

function judgePool(before: number, after: number): Check {
  const goal = `no more than before, ${before}`;
  return checkThat('connections in use afterwards', after <= before, String(after), goal);
}
