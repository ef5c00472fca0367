import { setTimeout as delay } from 'node:timers/promises';

import { startMixedLoad } from '../load/mixed-load.ts';
import type { Ledger } from '../load/ledger.ts';
import { ReadinessWatch } from '../load/readiness-watch.ts';
import type { Program } from '../stage/program.ts';
import type { DatabaseServer } from '../stage/database-server.ts';
import { waitUntil } from '../stage/wait-until.ts';
import { checkStored } from './check-stored.ts';
import { checkAtLeast, listNothing, checkThat, checkTime, type Check } from './check.ts';
import { byMode, type Fault, type FaultContext, type Mode } from './fault.ts';
import { summarizeOutages, type Outage, type OutageSummary } from './outage.ts';

const ROUNDS = { quick: 2, full: 10 };
const LOAD = { requestsPerSecond: 100, writers: 8 };
const SERVING_MILLISECONDS = 3_000;
const WRITES_PER_ROUND = 10;
const WRITES_LIMIT_MILLISECONDS = 60_000;
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
    const outages = await killOverAndOver(context, load.ledger);
    await readiness.stop();
    const tally = await load.stop();
    return [
      ...judgeOutages(summarizeOutages(outages, tally, readiness), mode),
      ...judgeProgram(program),
      ...(await checkStored(stage, load.ledger, { drained: false })),
    ];
  },
};

async function killOverAndOver(
  { mode, stage, progress }: FaultContext,
  ledger: Ledger,
): Promise<Outage[]> {
  const rounds = byMode(mode, ROUNDS);
  const outages: Outage[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await delay(SERVING_MILLISECONDS);
    await untilWritten(ledger);
    outages.push(await killAndRestart(stage.databaseServer));
    progress(round + 1, rounds);
  }
  await delay(SERVING_MILLISECONDS);
  return outages;
}

/** So that a kill has writes to lose, on a slow machine too. */
async function untilWritten(ledger: Ledger): Promise<void> {
  const enough = ledger.acknowledged + WRITES_PER_ROUND;
  await waitUntil(
    { what: `${WRITES_PER_ROUND} writes`, limitMilliseconds: WRITES_LIMIT_MILLISECONDS },
    async () => (ledger.acknowledged >= enough ? true : undefined),
  );
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
    listNothing('errors that nobody handled', errors),
    listNothing('logged errors other than of being unavailable', program.failures()),
  ];
}
