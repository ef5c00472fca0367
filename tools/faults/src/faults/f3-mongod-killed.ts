import { setTimeout as delay } from 'node:timers/promises';

import { startMixedLoad } from '../load/mixed-load.ts';
import { ReadinessWatch } from '../load/readiness-watch.ts';
import type { Program } from '../stage/program.ts';
import type { DatabaseServer } from '../stage/database-server.ts';
import { checkStored } from './check-stored.ts';
import { checkAtLeast, checkCount, checkThat, checkTime, type Check } from './check.ts';
import { byMode, type Fault, type FaultContext, type Mode } from './fault.ts';
import { summarizeOutages, type Outage, type OutageSummary } from './outage.ts';

const ROUNDS = { quick: 2, full: 10 };
const LOAD = { requestsPerSecond: 100, writers: 8 };
const SERVING_MILLISECONDS = 3_000;
const AWAY_MILLISECONDS = 5_000;
const READINESS_PAUSE_MILLISECONDS = 50;
const UNAVAILABLE_LIMIT_MILLISECONDS = 3_000;
const FLIP_LIMIT_MILLISECONDS = 2_000;
const RECOVERY_LIMIT_MILLISECONDS = 5_000;

export const mongodKilled: Fault = {
  id: 'F3',
  title: 'mongod killed and restarted at 100 requests a second',
  run: async (context) => {
    const { mode, stage } = context;
    const program = await stage.start({ role: 'api' });
    const load = await startMixedLoad({ ...LOAD, port: program.port });
    const readiness = ReadinessWatch.start(program.port, READINESS_PAUSE_MILLISECONDS);
    const outages = await killOverAndOver(context);
    await readiness.stop();
    const tally = await load.stop();
    return [
      ...judgeOutages(summarizeOutages(outages, tally, readiness), mode),
      ...judgeProgram(program),
      ...(await checkStored(stage, load.ledger, { drained: false })),
    ];
  },
};

async function killOverAndOver({ mode, stage, progress }: FaultContext): Promise<Outage[]> {
  const rounds = byMode(mode, ROUNDS);
  const outages: Outage[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await delay(SERVING_MILLISECONDS);
    outages.push(await killAndRestart(stage.databaseServer));
    progress(round + 1, rounds);
  }
  await delay(SERVING_MILLISECONDS);
  return outages;
}

async function killAndRestart(databaseServer: DatabaseServer): Promise<Outage> {
  const beganAt = performance.now();
  await databaseServer.kill();
  await delay(AWAY_MILLISECONDS);
  const endedAt = performance.now();
  await databaseServer.restart();
  return { beganAt, endedAt, overAt: performance.now() };
}

function judgeOutages(summary: OutageSummary, mode: Mode): Check[] {
  const { slowestAnswer, readinessFlip, recovery, answers, unexpected, unavailable } = summary;
  return [
    checkAtLeast('answers of 503', unavailable, 1),
    checkThat('answers', unexpected === 0, answers, 'success or 503'),
    checkTime('slowest 503', slowestAnswer, UNAVAILABLE_LIMIT_MILLISECONDS, mode),
    checkTime('readiness flips', readinessFlip, FLIP_LIMIT_MILLISECONDS, mode),
    checkTime('first success after mongod accepts', recovery, RECOVERY_LIMIT_MILLISECONDS, mode),
  ];
}

/** For every fault that the program has to live through. */
export function judgeProgram(program: Program): Check[] {
  const errors = program.unexpectedErrors();
  return [
    checkThat('the process', !program.hasEnded, program.hasEnded ? 'ended' : 'lives', 'lives'),
    checkCount('errors that nobody handled', errors.length, 0),
  ];
}
