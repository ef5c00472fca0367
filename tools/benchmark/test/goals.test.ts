import { describe, expect, it } from 'vitest';

import { CELLS } from '../src/cells/cells.ts';
import { checkGoals, GOALS, type Goal } from '../src/goals.ts';
import { makeSummary } from './make-summary.ts';

const GOAL: Goal = { comparison: 'start', measure: 'ratio', atMost: { full: 1.5, quick: 2 } };
const VALUE_GOAL: Goal = { ...GOAL, measure: 'value', atMost: { full: 20, quick: 40 } };
const INVERSE_GOAL: Goal = { ...GOAL, measure: 'inverse', atMost: { full: 1.25, quick: 5 } };
const DIFFERENCE_GOAL: Goal = {
  ...GOAL,
  measure: { differenceOrMilliseconds: 5 },
  atMost: { full: 0.1, quick: 1 },
};

function isMet(goal: Goal, measured: number): boolean | undefined {
  return checkGoals([goal], [makeSummary('start', measured)], 'full')[0]?.met;
}

describe(checkGoals, () => {
  it('can ask for at least so many times the base', () => {
    expect(isMet(INVERSE_GOAL, 80)).toBe(true);
    expect(isMet(INVERSE_GOAL, 79)).toBe(false);
  });

  it('is met up to and including the limit', () => {
    expect(checkGoals([GOAL], [makeSummary('start', 150)], 'full')).toEqual([
      { comparison: 'start', unit: 'times', atMost: 1.5, measured: 1.5, met: true },
    ]);
  });

  it('is missed above the limit', () => {
    expect(checkGoals([GOAL], [makeSummary('start', 151)], 'full')).toEqual([
      { comparison: 'start', unit: 'times', atMost: 1.5, measured: 1.51, met: false },
    ]);
  });

  it('judges a value by itself, in its own unit', () => {
    expect(checkGoals([VALUE_GOAL], [makeSummary('start', 20)], 'full')).toEqual([
      { comparison: 'start', unit: 'ms', atMost: 20, measured: 20, met: true },
    ]);
    expect(isMet(VALUE_GOAL, 21)).toBe(false);
  });

  it('judges how far apart two medians are, in either direction', () => {
    expect(checkGoals([DIFFERENCE_GOAL], [makeSummary('start', 108)], 'full')).toEqual([
      { comparison: 'start', unit: 'ms apart', atMost: 10, measured: 8, met: true },
    ]);
    expect(isMet(DIFFERENCE_GOAL, 90)).toBe(true);
    expect(isMet(DIFFERENCE_GOAL, 111)).toBe(false);
    expect(isMet(DIFFERENCE_GOAL, 89)).toBe(false);
  });

  it('allows the milliseconds where the part of the base is less', () => {
    const goal: Goal = { ...DIFFERENCE_GOAL, atMost: { full: 0.01, quick: 1 } };
    expect(isMet(goal, 105)).toBe(true);
    expect(isMet(goal, 106)).toBe(false);
  });

  it('forgives more in a quick run', () => {
    expect(checkGoals([GOAL], [makeSummary('start', 200)], 'quick')).toMatchObject([{ met: true }]);
    expect(checkGoals([GOAL], [makeSummary('start', 201)], 'quick')).toMatchObject([
      { met: false },
    ]);
  });

  it('leaves out a goal that is not judged in the mode', () => {
    const goal: Goal = { ...GOAL, atMost: { full: 1.5, quick: undefined } };
    expect(checkGoals([goal], [makeSummary('start', 900)], 'quick')).toEqual([]);
    expect(checkGoals([goal], [makeSummary('start', 900)], 'full')).toHaveLength(1);
  });

  it.each([GOAL, VALUE_GOAL, DIFFERENCE_GOAL])(
    'is missed when it was not measured, by $measure',
    (goal) => {
      expect(checkGoals([goal], [makeSummary('another', 1)], 'full')).toMatchObject([
        { comparison: 'start', measured: undefined, met: false },
      ]);
    },
  );

  it('leaves out what was not to be measured', () => {
    const isMeasured = (comparison: string): boolean => comparison !== 'start';
    expect(checkGoals([GOAL], [], 'full', isMeasured)).toEqual([]);
  });

  it('judges each goal by itself', () => {
    const goals = [GOAL, { ...GOAL, comparison: 'read' }];
    const summaries = [makeSummary('read', 300), makeSummary('start', 100)];
    expect(checkGoals(goals, summaries, 'full').map(({ met }) => met)).toEqual([true, false]);
  });
});

describe('GOALS', () => {
  it('holds a start that is built to nine tenths of that of the limit', () => {
    expect(GOALS).toContainEqual({
      comparison: 'cold start, built to one file',
      measure: 'ratio',
      atMost: { full: 0.9, quick: undefined },
    });
  });

  it('judges what some cell measures', () => {
    for (const { comparison } of GOALS) {
      expect(CELLS.filter(({ name }) => comparison.startsWith(`${name}, `))).toHaveLength(1);
    }
  });

  it('forgives more where a run is quick', () => {
    for (const { atMost } of GOALS) {
      expect(atMost.quick ?? Infinity).toBeGreaterThan(atMost.full ?? 0);
    }
  });
});
