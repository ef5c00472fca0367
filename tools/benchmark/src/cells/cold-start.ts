import type { ByMode } from '@org/harness';

import { requestOwnAccount, type Owner } from '../data/owners.ts';
import type { Rounds } from '../interleave.ts';
import { SERVERS, type BySide, type ServerDefinition } from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';
import { sampleByTurns } from './compare.ts';

const ROUNDS: ByMode<Rounds> = {
  quick: { atMost: 3, atLeast: 3, within: 5_000 },
  full: { atMost: 9, atLeast: 7, within: 28_000 },
};

/** Which starts are compared. */
const PAIRS = [
  {
    name: 'cold start, built to one file',
    program: SERVERS.program,
    label: 'limit as it is',
    limit: SERVERS.limit,
  },
  {
    name: 'cold start, both built to one file',
    program: SERVERS.program,
    label: 'limit, built to one file',
    limit: SERVERS.limitBuilt,
  },
  // This is what developers do.
  {
    name: 'cold start, from source',
    program: SERVERS.programFromSource,
    label: 'limit as it is',
    limit: SERVERS.limit,
  },
];

/** From spawning Node to the first authenticated answer, while the database is already there. */
export const coldStart: Cell = {
  name: 'cold start',
  measure: async (context) => {
    const { data, mode, sides } = context;
    const owners = await sides.logIn(data.owners[0] ?? 0);
    const pairs = mode === 'quick' ? PAIRS.slice(0, 1) : PAIRS;
    const servers = [
      ...new Set<ServerDefinition>(pairs.flatMap((pair) => [pair.program, pair.limit])),
    ];
    const starts = servers.map((server) => ({
      label: `${server.side}, ${server.form}`,
      measure: () => startOnce(server, owners, context),
    }));
    // Files that nothing has read yet are read from the disk; every start after that finds them.
    for (const { measure } of starts) {
      await measure();
    }
    const render = (milliseconds: number) => `${milliseconds.toFixed(0)} ms`;
    const samples = await sampleByTurns(context, starts, ROUNDS[mode], render);
    const samplesOf = (server: ServerDefinition) => samples[servers.indexOf(server)] ?? [];
    return pairs.map(({ name, program, label, limit }) => ({
      name,
      unit: 'ms',
      measured: samplesOf(program),
      base: { label, samples: samplesOf(limit) },
    }));
  },
};

/** @returns milliseconds */
async function startOnce(
  server: ServerDefinition,
  owners: BySide<Owner>,
  { bench }: CellContext,
): Promise<number> {
  const running = await bench.start(server);
  try {
    await running.request(requestOwnAccount(owners[server.side]), 200);
    return performance.now() - running.spawnedAt;
  } finally {
    await running.kill();
  }
}
