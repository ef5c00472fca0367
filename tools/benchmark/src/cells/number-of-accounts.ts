import type { Mode } from '../arguments.ts';
import type { Bench } from '../bench.ts';
import type { Comparison } from '../comparison.ts';
import { createMultitude } from '../data/multitude.ts';
import { logInEach, requestOwnAccount } from '../data/owners.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { measureLoad, type Answers, type LoadResult } from '../load/load-result.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { DEPLOYED } from '../servers/server-definition.ts';
import { stopAll } from './both-sides.ts';
import type { Cell, CellContext } from './cell.ts';
import { LOAD_QUANTITIES } from './quantity.ts';

interface Plan {
  /** The first is what the others are held against. */
  readonly sizes: readonly number[];
  /** Accounts that are read, spread over all. */
  readonly readers: number;
  readonly rounds: Rounds;
  readonly seconds: number;
}

/** A program on a database with so many accounts. */
interface Crowd {
  readonly size: number;
  readonly server: RunningServer;
  readonly read: (seconds: number) => Promise<Answers>;
}

const NAME = 'reads by number of accounts';
const CONNECTIONS = 8;
const PLANS: Readonly<Record<Mode, Plan>> = {
  quick: {
    sizes: [1_000, 20_000],
    readers: 16,
    rounds: { atMost: 2, atLeast: 2, within: 3_000 },
    seconds: 0.6,
  },
  full: {
    sizes: [1_000, 100_000, 1_000_000],
    readers: 64,
    rounds: { atMost: 7, atLeast: 5, within: 45_000 },
    seconds: 1.5,
  },
};

/** The same read of the program, with few and with many accounts and sessions in the database. */
export const numberOfAccounts: Cell = {
  name: NAME,
  measure: async (context) => {
    const { sizes, rounds, seconds } = PLANS[context.mode];
    const crowds: Crowd[] = [];
    try {
      for (const size of sizes) {
        crowds.push(await openCrowd(size, context));
      }
      const samples = await interleave(crowds, rounds, async ({ size, server, read }, round) => {
        const processes = { server: server.pid, mongod: context.bench.mongodPid };
        const result = await measureLoad(processes, () => read(seconds));
        const median = result.medianMilliseconds.toFixed(2);
        context.report(`round ${round + 1}/${rounds.atMost}, ${name(size)}: median ${median} ms`);
        return result;
      });
      return compareCrowds(crowds, samples);
    } finally {
      await stopAll(crowds.map(({ server }) => server));
      await dropCrowds(context.bench, sizes);
    }
  },
};

async function openCrowd(size: number, context: CellContext): Promise<Crowd> {
  const { bench, data, mode, report } = context;
  report(`storing ${name(size)} and as many sessions`);
  await createMultitude(bench.database(databaseOf(size)), data.pattern, size);
  report('starting the program on them, which builds its indexes');
  const server = await bench.start(DEPLOYED.program, { database: databaseOf(size) });
  try {
    const read = await prepareReads(server, size, PLANS[mode].readers);
    await read(1);
    return { size, server, read };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function prepareReads(
  server: RunningServer,
  size: number,
  readers: number,
): Promise<Crowd['read']> {
  const people = Array.from({ length: readers }, (_, index) =>
    Math.floor((index * size) / readers),
  );
  const requests = (await logInEach(server, people)).map(requestOwnAccount);
  return (seconds) =>
    sendRepeatedly(server, {
      connections: CONNECTIONS,
      extent: { seconds },
      requestsOf: (connection) => requests.filter((_, index) => index % CONNECTIONS === connection),
    });
}

function compareCrowds(
  crowds: readonly Crowd[],
  samples: ReadonlyMap<Crowd, readonly LoadResult[]>,
): Comparison[] {
  const [few, ...others] = crowds.map((crowd) => ({
    label: name(crowd.size),
    results: samples.get(crowd) ?? [],
  }));
  return others.flatMap(({ label, results }) =>
    LOAD_QUANTITIES.map((quantity) => ({
      name: `${NAME}, ${label}, ${quantity.name}`,
      unit: quantity.unit,
      measured: results.map(quantity.of),
      base: { label: few?.label ?? '', samples: (few?.results ?? []).map(quantity.of) },
    })),
  );
}

async function dropCrowds(bench: Bench, sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    await bench.database(databaseOf(size)).dropDatabase();
  }
}

function databaseOf(size: number): string {
  return `crowd-${size}`;
}

function name(size: number): string {
  return `${size.toLocaleString('en')} accounts`;
}
