import type { Mode } from '../arguments.ts';
import { requestOwnAccount, type Owner } from '../data/owners.ts';
import { interleave, type Rounds } from '../interleave.ts';
import {
  DEPLOYED,
  findServer,
  SIDES,
  type ServerDefinition,
  type Side,
} from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';

type Owners = Readonly<Record<Side, Owner>>;

const ROUNDS: Readonly<Record<Mode, Rounds>> = {
  quick: { atMost: 3, atLeast: 3, within: 5_000 },
  full: { atMost: 9, atLeast: 7, within: 28_000 },
};

/** Which starts are compared; starting from source is what developers do. */
const PAIRS = [
  {
    name: 'cold start, built to one file',
    program: DEPLOYED.program,
    label: 'limit as it is',
    limit: DEPLOYED.limit,
    modes: ['quick', 'full'],
  },
  {
    name: 'cold start, both built to one file',
    program: DEPLOYED.program,
    label: 'limit, built to one file',
    limit: findServer('limit', 'built'),
    modes: ['full'],
  },
  {
    name: 'cold start, from source',
    program: findServer('program', 'source'),
    label: 'limit as it is',
    limit: DEPLOYED.limit,
    modes: ['full'],
  },
];

/** From spawning Node to the first authenticated answer, while the database is already there. */
export const coldStart: Cell = {
  name: 'cold start',
  measure: async (context) => {
    const { data, mode } = context;
    const owners = await context.sides.logIn(data.owners[0] ?? 0);
    const pairs = PAIRS.filter(({ modes }) => modes.includes(mode));
    const servers = [...new Set(pairs.flatMap((pair) => SIDES.map((side) => pair[side])))];
    const samples = await sampleStarts(servers, owners, context);
    return pairs.map(({ name, program, label, limit }) => ({
      name,
      unit: 'ms',
      measured: samples.get(program) ?? [],
      base: { label, samples: samples.get(limit) ?? [] },
    }));
  },
};

async function sampleStarts(
  servers: readonly ServerDefinition[],
  owners: Owners,
  context: CellContext,
): Promise<Map<ServerDefinition, number[]>> {
  // Files that nothing has read yet are read from the disk; every start after that finds them.
  for (const server of servers) {
    await startOnce(server, owners, context);
  }
  const rounds = ROUNDS[context.mode];
  return interleave(servers, rounds, async (server, round) => {
    const milliseconds = await startOnce(server, owners, context);
    const { side, form } = server;
    context.report(
      `round ${round + 1}/${rounds.atMost}, ${side}, ${form}: ${milliseconds.toFixed(0)} ms`,
    );
    return milliseconds;
  });
}

/** @returns milliseconds */
async function startOnce(
  server: ServerDefinition,
  owners: Owners,
  { bench }: CellContext,
): Promise<number> {
  const running = await bench.start(server);
  try {
    await running.request(requestOwnAccount(owners[server.side]), 200);
    return performance.now() - running.spawnedAt;
  } finally {
    await running.stop();
  }
}
