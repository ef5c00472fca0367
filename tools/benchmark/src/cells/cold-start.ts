import type { Mode } from '../arguments.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { requestOwnAccount } from '../servers/owner.ts';
import {
  findServer,
  SIDES,
  type Form,
  type ServerDefinition,
} from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';

const ROUNDS: Readonly<Record<Mode, Rounds>> = {
  quick: { atMost: 8, atLeast: 3, within: 12_000 },
  full: { atMost: 24, atLeast: 12, within: 150_000 },
};

/** The goal is for what is deployed, which is built; starting from source is what developers do. */
const FORMS: Readonly<Record<Mode, readonly Form[]>> = {
  quick: ['built'],
  full: ['built', 'source'],
};

/** From spawning Node to the first authenticated answer, while the database is already there. */
export const coldStart: Cell = {
  name: 'cold start',
  measure: async (context) => {
    const forms = FORMS[context.mode];
    const servers = forms.flatMap((form) => SIDES.map((side) => findServer(side, form)));
    // Files that nothing has read yet are read from the disk; every start after that finds them.
    for (const server of servers) {
      await startOnce(server, context);
    }
    const samples = await interleave(servers, ROUNDS[context.mode], async (server, round) => {
      const milliseconds = await startOnce(server, context);
      const { side, form } = server;
      context.report(`cold start ${round + 1}: ${side}, ${form}: ${milliseconds.toFixed(0)} ms`);
      return milliseconds;
    });
    return forms.map((form) => ({
      name: `cold start, ${form}`,
      unit: 'ms',
      program: samples.get(findServer('program', form)) ?? [],
      limit: samples.get(findServer('limit', form)) ?? [],
    }));
  },
};

/** @returns milliseconds */
async function startOnce(server: ServerDefinition, context: CellContext): Promise<number> {
  const running = await context.bench.start(server);
  try {
    await running.request(requestOwnAccount(context.owners[server.side]), 200);
    return performance.now() - running.spawnedAt;
  } finally {
    await running.stop();
  }
}
