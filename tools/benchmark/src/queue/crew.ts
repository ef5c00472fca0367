import {
  ChildProgram,
  inWorkspace,
  readProcessorSeconds,
  waitUntil,
  workspaceRoot,
} from '@org/harness';
import type { Collection } from 'mongodb';

import type { Bench } from '../bench.ts';
import { CONTEXT, KIND, openQueue } from './no-work.ts';

/** What a row cost. */
export interface CrewSample {
  /** From before the first row is stored until the last is done. */
  readonly rowsPerSecond: number;
  /** Processor time of all workers. */
  readonly workerMilliseconds: number;
  readonly mongodMilliseconds: number;
}

export interface Crew {
  readonly label: string;
  readonly size: number;
  readonly databaseName: string;
  /** Lets the workers do so many rows. */
  work(rows: number): Promise<CrewSample>;
  /** Kills the workers and removes their database. */
  dismiss(): Promise<void>;
}

/** Stores rows that are due. */
type Store = (count: number) => Promise<unknown>;

const POLL_MILLISECONDS = 5;
const LIMIT_MILLISECONDS = 300_000;

/** Starts so many workers of one side, each a process, on a database of their own. */
export async function startCrew(
  bench: Bench,
  side: 'queue' | 'agenda',
  size: number,
): Promise<Crew> {
  const databaseName = `${side}-${size}`;
  const uri = bench.uriOf(databaseName);
  const database = bench.database(databaseName);
  const rows = database.collection(KIND);
  const opened = side === 'queue' ? await openQueue(uri) : undefined;
  const store: Store = (count) =>
    opened === undefined
      ? rows.insertMany(Array.from({ length: count }, makeAgendaJob))
      : opened.queue.addMany(
          Array.from({ length: count }, () => ({ kind: KIND, payload: {} })),
          CONTEXT,
        );
  const workers = await Promise.all(
    Array.from({ length: size }, async () => {
      const worker = new ChildProgram({
        arguments: [
          '--conditions=@org/source',
          inWorkspace(`tools/benchmark/src/queue/${side}-worker.ts`),
        ],
        environment: { MONGODB_URI: uri },
        directory: workspaceRoot,
      });
      await worker.printed(/ready/);
      return worker;
    }),
  );
  return {
    label: `${side === 'queue' ? '@org/queue' : 'agenda 6'}, ${size}`,
    size,
    databaseName,
    work: (count) => measureWork({ rows, store, count }, workers, bench.mongodPid),
    dismiss: async () => {
      await Promise.all(workers.map((worker) => worker.kill()));
      await opened?.database.close();
      await database.dropDatabase();
    },
  };
}

async function measureWork(
  { rows, store, count }: { rows: Collection; store: Store; count: number },
  workers: readonly ChildProgram[],
  mongod: number,
): Promise<CrewSample> {
  const readWorkers = () => workers.reduce((sum, { pid }) => sum + readProcessorSeconds(pid), 0);
  const [workersBefore, mongodBefore] = [readWorkers(), readProcessorSeconds(mongod)];
  const begin = performance.now();
  await store(count);
  const isDone = async (): Promise<boolean> => {
    const ended = workers.find(({ hasEnded }) => hasEnded);
    if (ended !== undefined) {
      throw ended.failure('A worker has ended.');
    }
    return (await rows.estimatedDocumentCount()) === 0;
  };
  await waitUntil('Every row is done', isDone, POLL_MILLISECONDS, LIMIT_MILLISECONDS);
  return {
    rowsPerSecond: (count * 1_000) / (performance.now() - begin),
    workerMilliseconds: ((readWorkers() - workersBefore) * 1_000) / count,
    mongodMilliseconds: ((readProcessorSeconds(mongod) - mongodBefore) * 1_000) / count,
  };
}

/** As agenda stores it. */
function makeAgendaJob() {
  return {
    name: KIND,
    type: 'normal',
    data: {},
    priority: 0,
    nextRunAt: new Date(),
    lockedAt: null,
    disabled: false,
  };
}
