import type { GoalResult } from './goals.ts';
import { renderNumber } from './report.ts';

const ROW_HEIGHT = 26;
const BAR_HEIGHT = 14;
const TOP = 66;
const BOTTOM = 20;
const LABEL_WIDTH = 410;
const BAR_WIDTH = 320;
const WIDTH = LABEL_WIDTH + BAR_WIDTH + 230;
/** The axis ends at twice what is allowed; a longer bar is cut off there, and its figure tells. */
const AXIS_END = 2;
const GAP = 10;

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
  const x = LABEL_WIDTH + lengthOf(part);
  const [stroke, weight] = part === 1 ? ['#333333', 'bold'] : ['#dddddd', 'normal'];
  return [
    `<line x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${height - BOTTOM}" stroke="${stroke}" stroke-width="${part === 1 ? 2 : 1}"/>`,
    `<text x="${x}" y="${TOP - 14}" text-anchor="middle" font-weight="${weight}">${part * 100} %</text>`,
  ];
}

function renderRow({ comparison, unit, atMost, measured, met }: GoalResult, row: number): string[] {
  const y = TOP + row * ROW_HEIGHT;
  const baseline = y + BAR_HEIGHT - 2;
  const length = lengthOf(Math.min((measured ?? 0) / atMost, AXIS_END));
  const colour = met ? '#2a7d4f' : '#c0392b';
  const figure = measured === undefined ? 'not measured' : renderNumber(measured);
  const verdict = `${figure} of ${renderNumber(atMost)} ${unit}, ${met ? 'met' : 'missed'}`;
  return [
    `<text x="${LABEL_WIDTH - GAP}" y="${baseline}" text-anchor="end">${escape(comparison)}</text>`,
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${length}" height="${BAR_HEIGHT}" fill="${colour}"/>`,
    `<text x="${LABEL_WIDTH + BAR_WIDTH + GAP}" y="${baseline}" fill="${colour}">${escape(verdict)}</text>`,
  ];
}

function lengthOf(part: number): number {
  return Math.round((part * BAR_WIDTH * 10) / AXIS_END) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
