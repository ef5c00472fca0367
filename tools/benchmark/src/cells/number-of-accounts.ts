import type { Comparison } from '../comparison.ts';
import { createMultitude } from '../data/multitude.ts';
import { logInEach } from '../data/owners.ts';
import { measureLoad, type LoadResult } from '../load/load-result.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { DEPLOYED } from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';
import { compare, LOAD_QUANTITIES, sampleByTurns, type Subject } from './compare.ts';
import { makeReads } from './everyday-requests.ts';

const NAME = 'reads by number of accounts';

const PLANS = {
  quick: {
    /** The first is what the others are held against. */
    sizes: [1_000, 20_000],
    /** Accounts that are read, spread over all. */
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
    const { bench, mode } = context;
    const { sizes } = PLANS[mode];
    const servers: RunningServer[] = [];
    try {
      for (const size of sizes) {
        servers.push(await startOn(size, context));
      }
      return await compareCrowds(context, servers);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
      await Promise.all(sizes.map((size) => bench.database(databaseOf(size)).dropDatabase()));
    }
  },
};

/** Starts the program on a database with so many accounts. */
async function startOn(size: number, context: CellContext): Promise<RunningServer> {
  const { bench, data, report } = context;
  report(`storing ${labelOf(size)} and as many sessions`);
  await createMultitude(bench.database(databaseOf(size)), data.pattern, size);
  report('starting the program on them, which builds its indexes');
  return bench.start(DEPLOYED.program, { database: databaseOf(size) });
}

async function compareCrowds(
  context: CellContext,
  servers: readonly RunningServer[],
): Promise<Comparison[]> {
  const { sizes, readers, rounds, seconds } = PLANS[context.mode];
  const crowds: Subject<LoadResult>[] = [];
  for (const [index, server] of servers.entries()) {
    const size = sizes[index] ?? 0;
    const people = Array.from({ length: readers }, (_, reader) =>
      Math.floor((reader * size) / readers),
    );
    const owners = await logInEach(server, people);
    await sendRepeatedly(server, makeReads(owners, { seconds: 1 }));
    const read = () => sendRepeatedly(server, makeReads(owners, { seconds }));
    const processes = { server: server.pid, mongod: context.bench.mongodPid };
    crowds.push({ label: labelOf(size), measure: () => measureLoad(processes, read) });
  }
  const [few, ...others] = await sampleByTurns(
    context,
    crowds,
    rounds,
    ({ medianMilliseconds }) => `median ${medianMilliseconds.toFixed(2)} ms`,
  );
  const base = { label: crowds[0]?.label ?? '', samples: few };
  return others.flatMap((samples, index) =>
    compare(`${NAME}, ${crowds[index + 1]?.label ?? ''}`, LOAD_QUANTITIES, samples, base),
  );
}

function databaseOf(size: number): string {
  return `crowd-${size}`;
}

function labelOf(size: number): string {
  return `${size.toLocaleString('en')} accounts`;
}
