import { setTimeout as delay } from 'node:timers/promises';

import { isSuccess, renderOutcome, type ServerProgram } from '@org/harness';
import type { Db } from 'mongodb';

import { ApiClient } from '../load/api-client.ts';
import { Ledger } from '../load/ledger.ts';
import { startLoad } from '../load/load.ts';
import { Writer } from '../load/writer.ts';
import { buildVersionBefore, VERSION_BEFORE } from '../version-before.ts';
import { checkAtLeast, checkThat, listNothing, type Check } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const WRITERS = 4;
/** How long each combination of programs is under load. */
const BESIDE_MILLISECONDS = { quick: 2_500, full: 60_000 };

export const versionBefore: Fault = {
  id: 'F15',
  title: 'the version before runs beside, in both orders',
  run: async (context) => {
    const before = await buildVersionBefore();
    if (before === undefined) {
      const measured = 'not in this clone: not run';
      return [checkThat(`version ${VERSION_BEFORE}`, true, measured, 'runs beside')];
    }
    const checks: Check[] = [];
    for (const isFirst of [true, false]) {
      const order = isFirst ? 'the version before first' : 'this version first';
      const found = await runBeside(context, isFirst ? [before, undefined] : [undefined, before]);
      checks.push(...found.map((check) => ({ ...check, name: `${order}: ${check.name}` })));
      await context.stage.killPrograms();
      await context.database.dropDatabase();
    }
    return checks;
  },
};

/**
 * The first version alone, both, the second alone, both again: as in a rollout that is taken back.
 * Every request of a writer goes to the next of the programs that run.
 *
 * @param versions entry points; `undefined` is this version
 */
async function runBeside(
  context: FaultContext,
  [first, second]: readonly [string | undefined, string | undefined],
): Promise<readonly Check[]> {
  const { stage, database, mode } = context;
  const start = (program: string | undefined) => stage.start({ role: 'all', program });
  const running: ServerProgram[] = [await start(first)];
  const ledger = new Ledger();
  const clients = new Map<number, ApiClient>();
  const client = alternating(() =>
    running.map(({ port }) => {
      const known = clients.get(port) ?? new ApiClient(port);
      clients.set(port, known);
      return known;
    }),
  );
  const writers = Array.from({ length: WRITERS }, () => new Writer(client, ledger));
  const load = startLoad(writers.map((writer) => () => writer.step()));
  const beside = () => delay(BESIDE_MILLISECONDS[mode]);
  await beside();
  running.push(await start(second));
  await beside();
  await retire(running);
  await beside();
  running.push(await start(first));
  await beside();
  const { outcomes } = await load.stop();
  await context.untilDrained();
  const failed = outcomes.filter((outcome) => !isSuccess(outcome)).map(renderOutcome);
  return [
    checkAtLeast('acknowledged writes', ledger.acknowledged, WRITERS),
    listNothing('requests that failed', failed),
    ...(await context.checkStored(ledger, true)),
    listNothing('jobs that succeeded twice', await findJobsDoneTwice(database)),
    listNothing('jobs and messages given up', await findDead(database)),
  ];
}

/** Stops the program that has run longest; requests go to the others first. */
async function retire(running: ServerProgram[]): Promise<void> {
  const retired = running.shift();
  // Requests that were sent before end before it stops.
  await retired?.stop();
}

/** A client whose requests go to each of the clients in turn. */
function alternating(clients: () => readonly ApiClient[]): ApiClient {
  let turn = 0;
  return new Proxy({} as ApiClient, {
    get: (_target, name) => {
      const all = clients();
      turn += 1;
      const chosen = all[turn % all.length] as unknown as Record<PropertyKey, () => unknown>;
      return chosen[name]?.bind(chosen);
    },
  });
}

async function findJobsDoneTwice(database: Db): Promise<string[]> {
  const found = await database
    .collection('job_run')
    .aggregate<{ _id: string }>([
      { $match: { status: 'succeeded', job_name: /^account\.password-reset/ } },
      { $group: { _id: '$job_id', count: { $sum: 1 } } },
      { $match: { count: { $gt: 1 } } },
    ])
    .toArray();
  return found.map(({ _id }) => _id);
}

async function findDead(database: Db): Promise<string[]> {
  const jobs = await database
    .collection('agendaJobs')
    .find({ deadAt: { $ne: null } })
    .toArray();
  const deliveries = await database
    .collection('notification_deliveries')
    .find({ status: 'dead' })
    .toArray();
  return [
    ...jobs.map((job) => `${String(job['name'])}: ${String(job['failReason'])}`),
    ...deliveries.map(({ topic, last_error }) => `${String(topic)}: ${String(last_error)}`),
  ];
}
