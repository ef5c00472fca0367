import type { Mode } from '../arguments.ts';
import { assertSameShape } from '../data/answer-shape.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { measureLoad, type Answers, type Extent, type LoadResult } from '../load/load-result.ts';
import type { Role } from '../servers/environment.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { SIDES, type Side } from '../servers/server-definition.ts';
import type { BothSides } from './both-sides.ts';
import type { Cell, CellContext } from './cell.ts';
import { compareSides, LOAD_QUANTITIES } from './quantity.ts';

/** How often and how long a load is put on each side. */
export interface LoadPlan {
  readonly rounds: Rounds;
  readonly extent: Extent;
  readonly warmUp: Extent;
}

export type LoadPlans = Readonly<Record<Mode, LoadPlan>>;

/** A load for one side. */
export interface PreparedLoad {
  /** One answer; those of both sides must have the same shape. */
  readonly answer: unknown;
  readonly run: (extent: Extent) => Promise<Answers>;
}

export interface LoadCellOptions {
  readonly name: string;
  readonly plans: LoadPlans;
  /** Of the program. Default: `api`. */
  readonly role?: Role;
  readonly prepare: (server: RunningServer, context: CellContext) => Promise<PreparedLoad>;
}

/** A cell in which the program and its limit are put under the same load by turns. */
export function createLoadCell(options: LoadCellOptions): Cell {
  const { name, role = 'api' } = options;
  return {
    name,
    measure: async (context) => {
      const samples = await context.sides.use(role, (servers) =>
        sampleLoads(options, servers, context),
      );
      return compareSides(name, LOAD_QUANTITIES, samples);
    },
  };
}

async function sampleLoads(
  { plans, prepare }: LoadCellOptions,
  servers: BothSides,
  context: CellContext,
): Promise<Map<Side, LoadResult[]>> {
  const { rounds, extent, warmUp } = plans[context.mode];
  const loads = {
    program: await prepare(servers.program, context),
    limit: await prepare(servers.limit, context),
  };
  assertSameShape(loads.program.answer, loads.limit.answer);
  for (const side of SIDES) {
    await loads[side].run(warmUp);
  }
  return interleave(SIDES, rounds, async (side, round) => {
    const processes = { server: servers[side].pid, mongod: context.bench.mongodPid };
    const result = await measureLoad(processes, () => loads[side].run(extent));
    const processor = result.processorMilliseconds.toFixed(3);
    context.report(`round ${round + 1}/${rounds.atMost}, ${side}: ${processor} ms CPU a request`);
    return result;
  });
}
