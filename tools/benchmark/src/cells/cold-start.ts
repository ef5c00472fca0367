import type { ByMode } from '@org/harness';

import { SERVERS, type ServerDefinition } from '../bench.ts';
import type { Rounds } from '../comparison.ts';
import { logInOnSides, requestOwnAccount } from '../data/people.ts';
import { sampleByTurns, type Cell } from './cell.ts';

const ROUNDS: ByMode<Rounds> = {
  quick: { atMost: 3, atLeast: 3, within: 5_000 },
  full: { atMost: 9, atLeast: 7, within: 28_000 },
};

/** Which starts are compared: the program's and the limit's. From source is what developers do. */
const PAIRS = [
  ['built to one file', SERVERS.program, SERVERS.limit, 'limit as it is'],
  ['both built to one file', SERVERS.program, SERVERS.limitBuilt, 'limit, built to one file'],
  ['from source', SERVERS.programFromSource, SERVERS.limit, 'limit as it is'],
] as const;

/** From spawning Node to the first authenticated answer, while the database is already there. */
export const coldStart: Cell = {
  name: 'cold start',
  measure: async (context) => {
    const { bench, mode } = context;
    const owners = await logInOnSides(bench);
    const pairs = mode === 'quick' ? PAIRS.slice(0, 1) : PAIRS;
    const used = pairs.flatMap(([, program, limit]): ServerDefinition[] => [program, limit]);
    const servers = [...new Set(used)];
    const starts = servers.map((server) => ({
      label: `${server.side}, ${server.form}`,
      measure: async () => {
        const running = await bench.start(server);
        await running.request(requestOwnAccount(owners[server.side]), 200);
        const milliseconds = performance.now() - running.spawnedAt;
        await running.kill();
        return milliseconds;
      },
    }));
    // Files that nothing has read yet are read from the disk; every start after that finds them.
    for (const { measure } of starts) {
      await measure();
    }
    const render = (milliseconds: number) => `${milliseconds.toFixed(0)} ms`;
    const samples = await sampleByTurns(context, starts, ROUNDS[mode], render);
    const samplesOf = (server: ServerDefinition) => samples[servers.indexOf(server)] ?? [];
    return pairs.map(([start, program, limit, label]) => ({
      name: `cold start, ${start}`,
      unit: 'ms',
      measured: samplesOf(program),
      base: { label, samples: samplesOf(limit) },
    }));
  },
};
