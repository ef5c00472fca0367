import type { GoalResult } from './goals.ts';
import { renderNumber } from './report.ts';

const ROW_HEIGHT = 26;
const BAR_HEIGHT = 14;
const TOP = 66;
const BOTTOM = 20;
const LABEL_WIDTH = 410;
const BAR_WIDTH = 320;
const FIGURE_WIDTH = 230;
const WIDTH = LABEL_WIDTH + BAR_WIDTH + FIGURE_WIDTH;
/** The axis ends at twice what is allowed; a longer bar is cut off there, and its figure tells. */
const AXIS_END = 2;
const GAP = 10;

const COLOURS = { met: '#2a7d4f', missed: '#c0392b', line: '#333333', grid: '#dddddd' };

/**
 * An SVG picture of how much of what each goal allows was used: a bar that ends left of the line
 * at 100 % has met its goal.
 */
export function renderPlot(goals: readonly GoalResult[]): string {
  const height = TOP + goals.length * ROW_HEIGHT + BOTTOM;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${GAP}" y="24" font-size="16" font-weight="bold">What was measured, as a part of what each goal allows</text>`,
    ...[0, 0.5, 1, 1.5, AXIS_END].flatMap((part) => renderGridLine(part, height)),
    ...goals.flatMap(renderRow),
    '</svg>',
    '',
  ].join('\n');
}

function renderGridLine(part: number, height: number): string[] {
  const x = xOf(part);
  const isGoal = part === 1;
  const stroke = isGoal
    ? `stroke="${COLOURS.line}" stroke-width="2"`
    : `stroke="${COLOURS.grid}" stroke-width="1"`;
  return [
    `<line x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${height - BOTTOM}" ${stroke}/>`,
    `<text x="${x}" y="${TOP - 14}" text-anchor="middle"${isGoal ? ' font-weight="bold"' : ''}>${part * 100} %</text>`,
  ];
}

function renderRow({ comparison, unit, atMost, measured, met }: GoalResult, row: number): string[] {
  const y = TOP + row * ROW_HEIGHT;
  const baseline = y + BAR_HEIGHT - 2;
  const part = measured === undefined ? 0 : Math.min(measured / atMost, AXIS_END);
  const colour = met ? COLOURS.met : COLOURS.missed;
  const figure = measured === undefined ? 'not measured' : renderNumber(measured);
  const verdict = `${figure} of ${renderNumber(atMost)} ${unit}, ${met ? 'met' : 'missed'}`;
  return [
    `<text x="${LABEL_WIDTH - GAP}" y="${baseline}" text-anchor="end">${escape(comparison)}</text>`,
    `<rect x="${xOf(0)}" y="${y}" width="${round(part * xScale())}" height="${BAR_HEIGHT}" fill="${colour}"/>`,
    `<text x="${LABEL_WIDTH + BAR_WIDTH + GAP}" y="${baseline}" fill="${colour}">${escape(verdict)}</text>`,
  ];
}

function xScale(): number {
  return BAR_WIDTH / AXIS_END;
}

function xOf(part: number): number {
  return round(LABEL_WIDTH + part * xScale());
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
