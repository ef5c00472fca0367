import { describe, expect, it } from 'vitest';

import { FakeClock } from '@org/core/testing';

describe(FakeClock, () => {
  it('stands still until it is moved', () => {
    const clock = new FakeClock(new Date('2026-01-01T00:00:00.000Z'));
    expect(clock.now()).toEqual(new Date('2026-01-01T00:00:00.000Z'));

    const before = clock.monotonicMilliseconds();
    clock.advance(90_000);

    expect(clock.now()).toEqual(new Date('2026-01-01T00:01:30.000Z'));
    expect(clock.monotonicMilliseconds() - before).toBe(90_000);
  });
});
