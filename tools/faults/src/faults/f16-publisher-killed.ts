import { ChildProgram, inWorkspace, waitUntil, workspaceRoot } from '@org/harness';
import type { Db } from 'mongodb';

import type { Entry, Page } from '../pages/pages.ts';
import { Press } from '../pages/press.ts';
import { findProblems, findUnnoticed } from '../pages/story.ts';
import { checkAtLeast, checkCount, checkThat, listNothing } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const KILLS = { quick: 5, full: 200 };
const WORKERS = 2;
/** The most that a process does before it is killed: pages written, or listeners called. */
const LONGEST_LIFE = 20;
/** What the programs print. */
const WRITTEN = /^written (.+)$/gmu;
const BEGUN = /^(begun)$/gmu;

type Start = (program: 'publisher' | 'worker') => ChildProgram;

export const publisherKilled: Fault = {
  id: 'F16',
  title: 'kill -9 of the publisher and of the workers of events',
  run: async (context) => {
    const { mode, database, stage } = context;
    await stage.shortenTransactions();
    const press = new Press();
    const environment = { MONGODB_URI: stage.uri, PRESS_URL: await press.open() };
    const start: Start = (program) =>
      new ChildProgram({
        arguments: [
          '--conditions=@org/source',
          inWorkspace(`tools/faults/src/pages/${program}.ts`),
        ],
        environment,
        directory: workspaceRoot,
      });
    const acknowledged = await killRepeatedly(context, start);
    const killedAt = performance.now();
    await finish(database, start);
    const finishTime = performance.now() - killedAt;
    press.close();
    const story = { acknowledged, prints: press.prints, ...(await readStored(database)) };
    const { pages, entries, dead } = story;
    const takenOver = entries.filter(({ attempt }) => attempt > 1).length;
    const poisoned = pages.filter(({ isPoison }) => isPoison).length;
    const unnoticed = findUnnoticed(story);
    return [
      checkAtLeast(`pages written in ${KILLS[mode]} kills of each`, pages.length, KILLS[mode]),
      checkAtLeast('pages whose indexing met a kill', takenOver, KILLS[mode] / 10),
      ...Object.entries(findProblems(story)).map(([name, found]) => listNothing(name, found)),
      checkCount(`dead letters of ${poisoned} poisoned pages`, dead.length, poisoned),
      context.checkTime('last event after the last kill', finishTime, 60_000),
      checkThat('tamperings not noticed', unnoticed.length === 0, unnoticed.join() || '0', '0'),
    ];
  },
};

/**
 * Kills the publisher and one of the workers in turn, each in the midst of its work, while the
 * others go on.
 *
 * @returns the ids of the pages whose transactions were acknowledged
 */
async function killRepeatedly(context: FaultContext, start: Start): Promise<string[]> {
  const acknowledged: string[] = [];
  const workers = Array.from({ length: WORKERS }, () => start('worker'));
  let publisher = start('publisher');
  await context.rounds(KILLS, async (kill) => {
    const lines = 1 + ((kill * 7) % LONGEST_LIFE);
    await untilPrinted(publisher, WRITTEN, lines);
    await publisher.kill();
    acknowledged.push(...findPrinted(publisher, WRITTEN));
    publisher = start('publisher');
    const worker = workers.shift() ?? start('worker');
    await untilPrinted(worker, BEGUN, lines);
    await worker.kill();
    workers.push(start('worker'));
  });
  await Promise.all([publisher, ...workers].map((program) => program.kill()));
  return [...acknowledged, ...findPrinted(publisher, WRITTEN)];
}

/** Resolves as soon as a program has printed so many lines more. */
async function untilPrinted(program: ChildProgram, line: RegExp, more: number): Promise<void> {
  const wanted = findPrinted(program, line).length + more;
  await waitUntil(
    `A line like ${line.source}`,
    () => {
      if (program.hasEnded) {
        throw program.failure('It ended by itself.');
      }
      return findPrinted(program, line).length >= wanted;
    },
    1,
  );
}

function findPrinted({ output }: ChildProgram, line: RegExp): string[] {
  return [...output.matchAll(line)].map(([, group = '']) => group);
}

/** Lets a worker do what is left. */
async function finish(database: Db, start: Start): Promise<void> {
  const worker = start('worker');
  const waiting = () =>
    database.collection('event_deliveries').countDocuments({ status: 'queued' });
  await waitUntil('No event waits', async () => (await waiting()) === 0, 100, 240_000);
  await worker.kill();
}

async function readStored(database: Db) {
  const withoutId = { projection: { _id: 0 } } as const;
  const pages = await database.collection<Page>('pages').find({}, withoutId).toArray();
  const entries = await database.collection<Entry>('entries').find({}, withoutId).toArray();
  const dead = await database
    .collection<{ kind: string; payload: { payload: Page } }>('event_deliveries')
    .find({ status: 'dead' })
    .toArray();
  return {
    pages,
    entries,
    dead: dead.map(({ kind, payload }) => ({ listener: kind, pageId: payload.payload.pageId })),
  };
}
