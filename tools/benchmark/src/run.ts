import type { Mode } from './arguments.ts';
import type { Bench } from './bench.ts';
import { SideServers } from './cells/both-sides.ts';
import type { Cell } from './cells/cell.ts';
import { summarizeComparison, type Comparison } from './comparison.ts';
import { prepareData } from './data/prepare-data.ts';
import { checkGoals, GOALS } from './goals.ts';
import { describeMachine, readProcessorTicks } from './machine.ts';
import type { Report } from './report.ts';

export interface RunOptions {
  readonly mode: Mode;
  readonly cells: readonly Cell[];
  /** Tells how the measuring gets on. */
  readonly report: (line: string) => void;
}

/** Measures cells on a bench that is gone afterwards. */
export async function run({ mode, cells, report }: RunOptions, bench: Bench): Promise<Report> {
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1_000;
  report('building both sides');
  await bench.build();
  report('signing people up on both sides');
  const data = await prepareData(bench);
  const sides = new SideServers(bench, { keeps: mode === 'quick' });
  const ticks = readProcessorTicks();
  const comparisons: Comparison[] = [];
  for (const [index, cell] of cells.entries()) {
    const reportCell = (line: string): void =>
      report(`[${index + 1}/${cells.length} ${elapsed().toFixed(0)} s] ${cell.name}: ${line}`);
    reportCell('begins');
    comparisons.push(...(await cell.measure({ bench, sides, data, mode, report: reportCell })));
  }
  await sides.close();
  const summaries = comparisons.map(summarizeComparison);
  const isMeasured = (comparison: string): boolean =>
    cells.some(({ name }) => comparison.startsWith(`${name}, `));
  return {
    mode,
    seconds: elapsed(),
    machine: describeMachine(ticks),
    comparisons: summaries,
    goals: checkGoals(GOALS, summaries, mode, isMeasured),
  };
}
