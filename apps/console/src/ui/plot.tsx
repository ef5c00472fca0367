import type { ReactNode } from 'react';

export interface Series<T> {
  readonly name: string;
  /** Nothing is drawn where it is null. */
  readonly value: (point: T) => number | null;
}

interface PlotProps<T> {
  readonly title: string;
  readonly series: readonly Series<T>[];
  /** Equally far from each other. */
  readonly points: readonly T[];
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const WIDTH = 480;
const HEIGHT = 160;
const LEFT = 44;
const TOP = 8;
const RIGHT = WIDTH - 8;
const BOTTOM = HEIGHT - 20;
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** Lines over time, with a summary in words for who cannot see them. */
export function Plot<T>({ title, series, points, from, to }: PlotProps<T>): ReactNode {
  const most = topOf(series.flatMap(({ value }) => points.map((point) => value(point) ?? 0)));
  return (
    <figure>
      <figcaption>
        <h3>{title}</h3>
        <div className="legend">
          {series.map(({ name, value }, index) => (
            <span key={name}>
              <svg viewBox="0 0 24 8" aria-hidden="true" className={`line-${index + 1}`}>
                <line x1="0" y1="4" x2="24" y2="4" />
              </svg>
              {name}: {summaryOf(points.map(value))}
            </span>
          ))}
        </div>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="plot" aria-hidden="true">
        <Axes most={most} from={from} to={to} />
        {series.map(({ name, value }, index) =>
          runsOf(points.map(value)).map((run) => (
            <polyline
              key={`${name} ${run[0]?.index}`}
              className={`line-${index + 1}`}
              points={run
                .map((each) => `${xOf(each.index, points.length)},${yOf(each.value, most)}`)
                .join(' ')}
            />
          )),
        )}
      </svg>
    </figure>
  );
}

interface AxesProps {
  readonly most: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

function Axes({ most, from, to }: AxesProps): ReactNode {
  return (
    <>
      {[0, most / 2, most].map((value) => (
        <g key={value}>
          <line className="grid" x1={LEFT} x2={RIGHT} y1={yOf(value, most)} y2={yOf(value, most)} />
          <text x={LEFT - 6} y={yOf(value, most) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      <text x={LEFT} y={HEIGHT - 4}>
        {clockOf(from)}
      </text>
      <text x={RIGHT} y={HEIGHT - 4} textAnchor="end">
        {clockOf(to)}
      </text>
    </>
  );
}

interface Drawn {
  readonly index: number;
  readonly value: number;
}

/** Neighbours that have a value; a single one is drawn as a short line. */
function runsOf(values: readonly (number | null)[]): Drawn[][] {
  const runs: Drawn[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      runs.push([]);
    } else {
      runs.at(-1)?.push({ index, value });
    }
  });
  return runs
    .filter(({ length }) => length > 0)
    .map((run) => (run.length === 1 ? run.flatMap((each) => [each, nextTo(each)]) : run));
}

function nextTo({ index, value }: Drawn): Drawn {
  return { index: index + 0.5, value };
}

function xOf(index: number, count: number): number {
  return Math.round(LEFT + (index / Math.max(1, count - 1)) * (RIGHT - LEFT));
}

function yOf(value: number, most: number): number {
  return Math.round(BOTTOM - (value / most) * (BOTTOM - TOP));
}

/** The next even number of one digit and zeros. */
function topOf(values: readonly number[]): number {
  const most = Math.max(2, ...values);
  const unit = 10 ** Math.floor(Math.log10(most));
  return Math.max(2, Math.ceil(most / unit / 2) * 2 * unit);
}

function summaryOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  return last === undefined ? 'none' : `${last} now, at most ${Math.max(...known)}`;
}

function clockOf(at: string | undefined): string {
  return at === undefined ? '' : CLOCK.format(new Date(at));
}
