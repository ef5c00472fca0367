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
import { summarizeComparison, type ComparisonSummary } from './comparison.ts';
import { prepareData } from './data/people.ts';
import { checkGoals, GOALS } from './goals.ts';
import { renderPlot } from './plot.ts';
import { MARKERS, renderReport, writeReport, type Report } from './report.ts';

await runTool({ usage: USAGE, markers: MARKERS, parse: parseArguments, run: runAll });

async function runAll(asked: Arguments): Promise<number> {
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
}

async function measure({ mode, cells }: Arguments, bench: Bench): Promise<Report> {
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1_000;
  report('building both sides');
  await buildSides();
  report('signing people up on both sides');
  const pattern = await prepareData(bench);
  if (mode === 'quick') {
    await bench.keepSides();
  }
  const ticks = readProcessorTicks();
  const comparisons: ComparisonSummary[] = [];
  for (const [index, cell] of cells.entries()) {
    const reportCell = (line: string): void =>
      report(`[${index + 1}/${cells.length} ${elapsed().toFixed(0)} s] ${cell.name}: ${line}`);
    reportCell('begins');
    const measured = await cell.measure({ bench, pattern, mode, report: reportCell });
    await bench.killServers();
    comparisons.push(...measured.map(summarizeComparison));
  }
  const isMeasured = (comparison: string): boolean =>
    cells.some(({ name }) => comparison.startsWith(`${name}, `));
  return {
    mode,
    seconds: elapsed(),
    machine: { ...readMachine(), stolenPercent: stolenPercentSince(ticks) },
    comparisons,
    goals: checkGoals(GOALS, comparisons, mode, isMeasured),
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
