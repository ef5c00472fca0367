import { setTimeout as delay } from 'node:timers/promises';

import { isSuccess, renderOutcome, type Outcome, type ServerProgram } from '@org/harness';
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
      // A database that begins without accounts is not for the version before.
      await context.database.createCollection('accounts');
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
  const fleet = new Fleet();
  const start = async (program: string | undefined) =>
    fleet.add(await stage.start({ role: 'all', program }));
  const beside = () => delay(BESIDE_MILLISECONDS[mode]);
  await start(first);
  const ledger = new Ledger();
  const writers = Array.from({ length: WRITERS }, () => new Writer(fleet.client, ledger));
  const load = startLoad(writers.map((writer) => () => writer.step()));
  const phases: Phase[] = [];
  const enter = async (name: string, change: () => Promise<void>) => {
    phases.push({ name, startedAt: performance.now() });
    await change();
    await beside();
  };
  await enter('the first alone', async () => undefined);
  await enter('the second beside it', () => start(second));
  await enter('the second alone', () => fleet.retireFirst());
  await enter('the first beside it again', () => start(first));
  const { outcomes } = await load.stop();
  await context.untilDrained();
  const failed = outcomes.filter((outcome) => !isSuccess(outcome));
  return [
    checkAtLeast('acknowledged writes', ledger.acknowledged, WRITERS),
    listNothing(
      'requests that failed',
      failed.map((outcome) => `${phaseOf(outcome, phases)}: ${renderOutcome(outcome)}`),
    ),
    ...(await context.checkStored(ledger, true)),
    listNothing('jobs that succeeded twice', await findJobsDoneTwice(database)),
    listNothing('jobs and messages given up', await findDead(database)),
  ];
}

interface Phase {
  readonly name: string;
  readonly startedAt: number;
}

function phaseOf({ sentAt }: Outcome, phases: readonly Phase[]): string {
  const phase = phases.findLast(({ startedAt }) => startedAt <= sentAt);
  return phase === undefined
    ? 'at first'
    : `${phase.name}, after ${Math.round(sentAt - phase.startedAt)} ms`;
}

/** The programs that run, behind a load balancer. */
class Fleet {
  readonly #members: Member[] = [];
  #turn = 0;

  /** Sends each request to the next of the programs. */
  readonly client = new Proxy({} as ApiClient, {
    get:
      (_target, name: keyof ApiClient) =>
      (...words: never[]) => {
        this.#turn += 1;
        const { client, requests } = this.#members[this.#turn % this.#members.length] as Member;
        const request = (client[name] as (...words: never[]) => Promise<Outcome>).apply(
          client,
          words,
        );
        requests.add(request);
        return request.finally(() => requests.delete(request));
      },
  });

  async add(program: ServerProgram): Promise<void> {
    this.#members.push({ program, client: new ApiClient(program.port), requests: new Set() });
  }

  /**
   * Stops the program that has run longest. What it was sent is answered and its connections are
   * closed before: the version before would wait for them, and end with transactions open.
   */
  async retireFirst(): Promise<void> {
    const retired = this.#members.shift();
    await Promise.all([...(retired?.requests ?? [])]);
    retired?.client.close();
    await retired?.program.stop();
  }
}

interface Member {
  readonly program: ServerProgram;
  readonly client: ApiClient;
  /** Without an answer yet. */
  readonly requests: Set<Promise<Outcome>>;
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
