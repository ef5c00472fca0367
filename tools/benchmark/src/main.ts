import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import {
  exitOnSignal,
  readMachine,
  readProcessorTicks,
  report,
  runTool,
  stolenPercentSince,
} from '@org/harness';

import { parseArguments, USAGE, type Arguments } from './arguments.ts';
import { Bench, buildSides } from './bench.ts';
import { CELLS } from './cells/cells.ts';
import { SideServers } from './cells/side-servers.ts';
import { summarizeComparison, type Comparison } from './comparison.ts';
import { prepareData } from './data/prepare-data.ts';
import { checkGoals, GOALS } from './goals.ts';
import { renderPlot } from './plot.ts';
import { MARKERS, renderReport, writeReport, type Report } from './report.ts';

await runTool({
  usage: USAGE,
  markers: MARKERS,
  parse: (commandLine) =>
    parseArguments(
      commandLine,
      CELLS.map(({ name }) => name),
    ),
  run: async (asked) => {
    const opening = Bench.open(report);
    exitOnSignal(opening);
    const bench = await opening;
    try {
      const result = await measure(asked, bench);
      process.stdout.write(renderReport(result));
      writeFiles(asked, result);
      return asked.check && result.goals.some(({ met }) => !met) ? 1 : 0;
    } finally {
      await bench.close();
    }
  },
});

async function measure({ mode, cells: names }: Arguments, bench: Bench): Promise<Report> {
  const cells = CELLS.filter(({ name }) => names.length === 0 || names.includes(name));
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1_000;
  report('building both sides');
  await buildSides();
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
  const summaries = comparisons.map(summarizeComparison);
  const isMeasured = (comparison: string): boolean =>
    cells.some(({ name }) => comparison.startsWith(`${name}, `));
  return {
    mode,
    seconds: elapsed(),
    machine: { ...readMachine(), stolenPercent: stolenPercentSince(ticks) },
    comparisons: summaries,
    goals: checkGoals(GOALS, summaries, mode, isMeasured),
  };
}

function writeFiles({ json, svg, write }: Arguments, result: Report): void {
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify(result, undefined, 2)}\n`);
  }
  if (svg !== undefined) {
    writeFileSync(svg, renderPlot(result.goals));
  }
  if (write !== undefined) {
    const plot = write.replace(/(\.md)?$/, '.svg');
    writeFileSync(plot, renderPlot(result.goals));
    writeFileSync(write, writeReport(readFileSync(write, 'utf8'), basename(plot), result));
  }
}
