import { describe, expect, it } from 'vitest';

import { Tally, type Outcome } from '../src/index.ts';

const outcomes: readonly Outcome[] = [
  { kind: 'answer', status: 201, headers: {}, body: {}, sentAt: 0, milliseconds: 10 },
  { kind: 'answer', status: 503, headers: {}, body: {}, sentAt: 5, milliseconds: 30 },
  { kind: 'refused', sentAt: 10, milliseconds: 1 },
  { kind: 'answer', status: 201, headers: {}, body: {}, sentAt: 15, milliseconds: 20 },
];
const tally = new Tally(outcomes);

describe(Tally, () => {
  it('counts by status, and by the way in which there was no answer', () => {
    expect(String(tally)).toBe('201: 2, 503: 1, refused: 1');
  });

  it('counts what is not expected', () => {
    expect(tally.countOthers(201, 503, 'refused')).toBe(0);
    expect(tally.countOthers(201)).toBe(2);
  });

  it('tells times', () => {
    expect(tally.percentile(0.5)).toBe(10);
    expect(tally.percentile(0.95)).toBe(30);
    expect(tally.longest).toBe(30);
    expect(new Tally().percentile(0.95)).toBeNaN();
  });

  it('takes what was sent in a span of time', () => {
    expect(tally.sentBetween(5, 15).size).toBe(2);
  });
});
