import type { Mode } from '../arguments.ts';
import type { Comparison } from '../comparison.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { putUnderLoad, type LoadResult } from '../load.ts';
import { requestOwnAccount } from '../servers/owner.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { findServer, SIDES, type Side } from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';

const CONNECTIONS = 8;

const PLANS: Readonly<Record<Mode, { rounds: Rounds; seconds: number; warmUpSeconds: number }>> = {
  quick: { rounds: { atMost: 4, atLeast: 2, within: 14_000 }, seconds: 2, warmUpSeconds: 1 },
  full: { rounds: { atMost: 12, atLeast: 6, within: 180_000 }, seconds: 8, warmUpSeconds: 5 },
};

const QUANTITIES: readonly { name: string; unit: string; of: keyof LoadResult }[] = [
  { name: 'processor time', unit: 'ms/request', of: 'processorMilliseconds' },
  { name: 'median answer', unit: 'ms', of: 'medianMilliseconds' },
  { name: 'throughput', unit: 'requests/s', of: 'requestsPerSecond' },
];

/** Accounts read by their owners, on a few connections that are always busy. */
export const readOwnAccount: Cell = {
  name: 'read own account',
  measure: async (context) => {
    const servers = {
      program: await context.bench.start(findServer('program', 'built')),
      limit: await context.bench.start(findServer('limit', 'built')),
    };
    try {
      return await compare(servers, context);
    } finally {
      await servers.program.stop();
      await servers.limit.stop();
    }
  },
};

async function compare(
  servers: Readonly<Record<Side, RunningServer>>,
  { owners, mode, report }: CellContext,
): Promise<readonly Comparison[]> {
  const { rounds, seconds, warmUpSeconds } = PLANS[mode];
  const load = (side: Side, duration: number): Promise<LoadResult> =>
    putUnderLoad(servers[side], requestOwnAccount(owners[side]), {
      connections: CONNECTIONS,
      seconds: duration,
    });
  for (const side of SIDES) {
    await servers[side].request(requestOwnAccount(owners[side]), 200);
    await load(side, warmUpSeconds);
  }
  const samples = await interleave(SIDES, rounds, async (side, round) => {
    const result = await load(side, seconds);
    const processor = result.processorMilliseconds.toFixed(3);
    report(`read own account ${round + 1}: ${side}: ${processor} ms of processor time a request`);
    return result;
  });
  return QUANTITIES.map(({ name, unit, of }) => ({
    name: `read own account, ${name}`,
    unit,
    program: samples.get('program')?.map((sample) => sample[of]) ?? [],
    limit: samples.get('limit')?.map((sample) => sample[of]) ?? [],
  }));
}
