import { describe, expect, it } from 'vitest';

import { checkGoals, GOALS } from '../src/goals.ts';
import { makeSummary } from './make-summary.ts';

const GOAL = { comparison: 'start', ratioAtMost: { full: 1.5, quick: 2 } };

describe(checkGoals, () => {
  it('is met up to and including the limit', () => {
    expect(checkGoals([GOAL], [makeSummary('start', 150)], 'full')).toEqual([
      { comparison: 'start', ratioAtMost: 1.5, ratio: 1.5, met: true },
    ]);
  });

  it('is missed above the limit', () => {
    expect(checkGoals([GOAL], [makeSummary('start', 151)], 'full')).toEqual([
      { comparison: 'start', ratioAtMost: 1.5, ratio: 1.51, met: false },
    ]);
  });

  it('forgives more in a quick run', () => {
    expect(checkGoals([GOAL], [makeSummary('start', 200)], 'quick')).toMatchObject([{ met: true }]);
    expect(checkGoals([GOAL], [makeSummary('start', 201)], 'quick')).toMatchObject([
      { met: false },
    ]);
  });

  it('is missed when it was not measured', () => {
    expect(checkGoals([GOAL], [makeSummary('another', 1)], 'full')).toEqual([
      { comparison: 'start', ratioAtMost: 1.5, ratio: undefined, met: false },
    ]);
  });

  it('judges each goal by itself', () => {
    const goals = [GOAL, { ...GOAL, comparison: 'read' }];
    const summaries = [makeSummary('read', 300), makeSummary('start', 100)];
    expect(checkGoals(goals, summaries, 'full').map(({ met }) => met)).toEqual([true, false]);
  });
});

describe('GOALS', () => {
  it('holds a built cold start to one and a half times that of the limit', () => {
    expect(GOALS).toContainEqual({
      comparison: 'cold start, built',
      ratioAtMost: { full: 1.5, quick: 2 },
    });
  });
});
