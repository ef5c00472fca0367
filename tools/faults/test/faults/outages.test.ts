import { Tally, type Outcome } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { summarizeOutages } from '../../src/faults/outages.ts';

const outage = { beganAt: 1_000, endedAt: 6_000, overAt: 7_000 };

function answer(status: number, sentAt: number, milliseconds: number): Outcome {
  return { kind: 'answer', status, headers: {}, body: {}, sentAt, milliseconds };
}

function tallyOf(...outcomes: Outcome[]): Tally {
  return new Tally(outcomes);
}

const unready = (after: number): number => after + 300;

describe(summarizeOutages, () => {
  it('tells how long answers took that were asked for meanwhile, and how soon they came back', () => {
    const tally = tallyOf(
      answer(200, 0, 9_999),
      answer(503, 1_500, 2_900),
      answer(503, 5_000, 2_500),
      answer(200, 6_500, 800),
    );
    expect(summarizeOutages([outage], tally, unready)).toEqual({
      slowestAnswer: 2_900,
      unexpected: 0,
      answers: '200: 2, 503: 2',
      unavailable: 2,
      readinessFlip: 300,
      recovery: 300,
    });
  });

  it('counts a success before all was over as at once', () => {
    const tally = tallyOf(answer(503, 1_500, 10), answer(200, 6_100, 100));
    expect(summarizeOutages([outage], tally, unready).recovery).toBe(0);
  });

  it('counts what is neither success nor 503', () => {
    const broken: Outcome = { kind: 'broken', sentAt: 2_000, milliseconds: 1 };
    const tally = tallyOf(answer(500, 2_000, 1), broken, answer(404, 2_000, 1));
    expect(summarizeOutages([outage], tally, unready).unexpected).toBe(3);
  });

  it('says that what did not happen never came, in one round of several too', () => {
    const again = { beganAt: 10_000, endedAt: 11_000, overAt: 11_000 };
    const tally = tallyOf(answer(200, 6_500, 800));
    const summary = summarizeOutages([outage, again], tally, (after) =>
      after < 5_000 ? after + 1 : Number.NaN,
    );
    expect(summary.recovery).toBeNaN();
    expect(summary.readinessFlip).toBeNaN();
  });
});
