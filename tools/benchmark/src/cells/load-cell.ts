import type { ByMode } from '@org/harness';

import type { Role } from '../bench.ts';
import { assertSameShape } from '../data/answer-shape.ts';
import type { Rounds } from '../interleave.ts';
import { measureLoad, type Answers, type Extent } from '../load/load-result.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { bySide } from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';
import { compareSides, LOAD_QUANTITIES } from './compare.ts';

/** How often and how long a load is put on each side. */
export interface LoadPlan {
  readonly rounds: Rounds;
  readonly extent: Extent;
  readonly warmUp: Extent;
}

/** A load for one side. */
export interface PreparedLoad {
  /** One answer; those of both sides must have the same shape. */
  readonly answer: unknown;
  readonly run: (extent: Extent) => Promise<Answers>;
}

export interface LoadCellOptions {
  readonly name: string;
  readonly plans: ByMode<LoadPlan>;
  /** Of the program. Default: `api`. */
  readonly role?: Role;
  readonly prepare: (server: RunningServer, context: CellContext) => Promise<PreparedLoad>;
}

/** A cell in which the program and its limit are put under the same load by turns. */
export function createLoadCell({ name, plans, role = 'api', prepare }: LoadCellOptions): Cell {
  return {
    name,
    measure: (context) =>
      context.sides.use(role, async (servers) => {
        const { rounds, extent, warmUp } = plans[context.mode];
        const loads = await bySide((side) => prepare(servers[side], context));
        assertSameShape(loads.program.answer, loads.limit.answer);
        await bySide((side) => loads[side].run(warmUp));
        return compareSides(context, {
          name,
          rounds,
          quantities: LOAD_QUANTITIES,
          measure: (side) => {
            const processes = { server: servers[side].pid, mongod: context.bench.mongodPid };
            return measureLoad(processes, () => loads[side].run(extent));
          },
          render: ({ processorMilliseconds: time }) => `${time.toFixed(3)} ms CPU a request`,
        });
      }),
  };
}
