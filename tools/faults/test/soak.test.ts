import { describe, expect, it } from 'vitest';

import { judgeLooks } from '../src/faults/l2-soak.ts';

/** An hour, a look each minute. */
const hour = (mebibytes: (minute: number) => number, handles: (minute: number) => number) =>
  judgeLooks(
    Array.from({ length: 60 }, (_, minute) => ({
      mebibytes: mebibytes(minute),
      handles: handles(minute),
    })),
    1,
  ).map(({ met }) => met);

describe('an hour at half load', () => {
  it('may begin with ten minutes of growth', () => {
    expect(
      hour(
        (minute) => 30 + Math.min(minute, 10),
        () => 20,
      ),
    ).toEqual([true, true]);
  });

  it('may go up and down', () => {
    expect(
      hour(
        (minute) => 30 + (minute % 3),
        (minute) => 20 + (minute % 7),
      ),
    ).toEqual([true, true]);
  });

  it('notices a heap that grows by two mebibytes in ten minutes', () => {
    expect(
      hour(
        (minute) => 30 + minute / 5,
        () => 20,
      ),
    ).toEqual([false, true]);
  });

  it('notices handles that are never closed', () => {
    expect(
      hour(
        () => 30,
        (minute) => 20 + minute,
      ),
    ).toEqual([true, false]);
  });
});
