import { DEPLOYED } from '../bench.ts';
import { logInEach, storePeople, storeSessions } from '../data/people.ts';
import type { LoadResult } from '../load/load.ts';
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
    const crowds: Subject<LoadResult>[] = [];
    for (const size of sizes) {
      crowds.push(await prepare(size, context));
    }
    const render = ({ medianMilliseconds: time }: LoadResult) => `median ${time.toFixed(2)} ms`;
    const [few, ...others] = await sampleByTurns(context, crowds, rounds, render);
    await bench.killServers();
    await Promise.all(sizes.map((size) => bench.database(`crowd-${size}`).dropDatabase()));
    const base = { label: crowds[0]?.label ?? '', samples: few };
    return others.flatMap((samples, index) =>
      compare(`${NAME}, ${crowds[index + 1]?.label ?? ''}`, LOAD_QUANTITIES, samples, base),
    );
  },
};

/** Starts the program on a database with so many accounts. */
async function prepare(
  size: number,
  { bench, mode, pattern, report }: CellContext,
): Promise<Subject<LoadResult>> {
  const label = `${size.toLocaleString('en')} accounts`;
  const { readers, seconds } = PLANS[mode];
  const name = `crowd-${size}`;
  report(`storing ${label} and as many sessions`);
  await storePeople(bench.database(name), pattern, size);
  await storeSessions(bench.database(name), size);
  report('starting the program on them, which builds its indexes');
  const server = await bench.start(DEPLOYED.program, { database: name });
  const people = Array.from({ length: readers }, (_, reader) =>
    Math.floor((reader * size) / readers),
  );
  const owners = await logInEach(server, people);
  await read(server, owners, { seconds: 1 });
  return { label, measure: () => bench.measure(server, () => read(server, owners, { seconds })) };
}
