import { describe, expect, it } from 'vitest';

import { renderPlot } from '../src/plot.ts';
import { makeGoalResult } from './make-summary.ts';

function barWidths(plot: string): number[] {
  return [...plot.matchAll(/<rect x="[^"]+" y="[^"]+" width="([^"]+)"/g)].map(([, width]) =>
    Number(width),
  );
}

describe(renderPlot, () => {
  it('draws each goal by what was used of what it allows', () => {
    const [half, whole] = barWidths(
      renderPlot([makeGoalResult({ measured: 0.75 }), makeGoalResult({ measured: 1.5 })]),
    );
    expect(whole).toBeGreaterThan(0);
    expect(half).toBe((whole ?? 0) / 2);
  });

  it('cuts off a bar that is longer than the axis, and tells its figure', () => {
    const plot = renderPlot([
      makeGoalResult({ measured: 3, met: false }),
      makeGoalResult({ measured: 999, met: false }),
    ]);
    const [twice, longer] = barWidths(plot);
    expect(longer).toBe(twice);
    expect(plot).toContain('999 of 1.50 times, missed');
  });

  it('tells a goal that is met from one that is missed', () => {
    const [met = '', missed = ''] = [true, false].map((isMet) =>
      renderPlot([makeGoalResult({ met: isMet })]),
    );
    expect(met).toContain('1.20 of 1.50 times, met');
    expect(missed.match(/fill="#c0392b"/g)).toHaveLength(2);
    expect(met).not.toContain('#c0392b');
  });

  it('draws nothing for what was not measured', () => {
    const plot = renderPlot([makeGoalResult({ measured: undefined, met: false })]);
    expect(barWidths(plot)).toEqual([0]);
    expect(plot).toContain('not measured');
  });

  it('escapes what XML would read as its own', () => {
    const plot = renderPlot([makeGoalResult({ comparison: 'a < b & c > d' })]);
    expect(plot).toContain('a &lt; b &amp; c &gt; d');
  });
});
