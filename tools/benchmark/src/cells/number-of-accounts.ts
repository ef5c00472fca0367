import type { ServerProgram } from '@org/harness';

import { DEPLOYED } from '../bench.ts';
import { logInEach, storePeople, storeSessions } from '../data/people.ts';
import { measureLoad, type LoadResult } from '../load/load.ts';
import {
  compare,
  LOAD_QUANTITIES,
  sampleByTurns,
  type Cell,
  type CellContext,
  type Subject,
} from './cell.ts';
import { read } from './requests.ts';

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
    const { sizes, rounds } = PLANS[mode];
    const servers: ServerProgram[] = [];
    try {
      const crowds: Subject<LoadResult>[] = [];
      for (const size of sizes) {
        const server = await startOn(size, context);
        servers.push(server);
        crowds.push(await prepare(size, server, context));
      }
      const render = ({ medianMilliseconds }: LoadResult) =>
        `median ${medianMilliseconds.toFixed(2)} ms`;
      const [few, ...others] = await sampleByTurns(context, crowds, rounds, render);
      const base = { label: crowds[0]?.label ?? '', samples: few };
      return others.flatMap((samples, index) =>
        compare(`${NAME}, ${crowds[index + 1]?.label ?? ''}`, LOAD_QUANTITIES, samples, base),
      );
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
      await Promise.all(sizes.map((size) => bench.database(`crowd-${size}`).dropDatabase()));
    }
  },
};

/** Starts the program on a database with so many accounts. */
async function startOn(size: number, context: CellContext): Promise<ServerProgram> {
  const { bench, data, report } = context;
  report(`storing ${labelOf(size)} and as many sessions`);
  const name = `crowd-${size}`;
  await storePeople(bench.database(name), data.pattern, size);
  await storeSessions(bench.database(name), size);
  report('starting the program on them, which builds its indexes');
  return bench.start(DEPLOYED.program, { database: name });
}

async function prepare(size: number, server: ServerProgram, { bench, mode }: CellContext) {
  const { readers, seconds } = PLANS[mode];
  const people = Array.from({ length: readers }, (_, reader) =>
    Math.floor((reader * size) / readers),
  );
  const owners = await logInEach(server, people);
  await read(server, owners, { seconds: 1 });
  const processes = { server: server.pid, mongod: bench.mongodPid };
  const measure = () => measureLoad(processes, () => read(server, owners, { seconds }));
  return { label: labelOf(size), measure };
}

function labelOf(size: number): string {
  return `${size.toLocaleString('en')} accounts`;
}
