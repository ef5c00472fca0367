import type { Mode } from './arguments.ts';
import type { Bench } from './bench.ts';
import { CELLS } from './cells/cells.ts';
import { summarizeComparison, type Comparison } from './comparison.ts';
import { checkGoals, GOALS } from './goals.ts';
import { describeMachine, readProcessorTicks } from './machine.ts';
import type { Report } from './report.ts';
import { createOwners, type Owners } from './servers/owner.ts';
import { findServer } from './servers/server-definition.ts';

export interface RunOptions {
  readonly mode: Mode;
  /** Tells how the measuring gets on. */
  readonly report: (line: string) => void;
}

/** Measures every cell on a bench that is gone afterwards. */
export async function run({ mode, report }: RunOptions, bench: Bench): Promise<Report> {
  report('building both sides');
  await bench.build();
  report('signing up and logging in on both sides');
  const owners = await prepareOwners(bench);
  const ticks = readProcessorTicks();
  const comparisons: Comparison[] = [];
  for (const cell of CELLS) {
    report(`measuring: ${cell.name}`);
    comparisons.push(...(await cell.measure({ bench, owners, mode, report })));
  }
  const summaries = comparisons.map(summarizeComparison);
  return {
    mode,
    machine: describeMachine(ticks),
    comparisons: summaries,
    goals: checkGoals(GOALS, summaries, mode),
  };
}

async function prepareOwners(bench: Bench): Promise<Owners> {
  const servers = {
    program: await bench.start(findServer('program', 'built')),
    limit: await bench.start(findServer('limit', 'built')),
  };
  try {
    return await createOwners(servers);
  } finally {
    await servers.program.stop();
    await servers.limit.stop();
  }
}
