import { FakeClock } from '@org/core/testing';
import { describe, expect, it } from 'vitest';

import { LocalCounterMap } from '../src/internal/throttle/local-counter-map.ts';
import { MINUTE } from './services.ts';

const ONE_A_MINUTE = [{ limit: 1, milliseconds: MINUTE }];

describe(LocalCounterMap, () => {
  it('counts by the clock that it is given', () => {
    const clock = new FakeClock(new Date());
    const counters = new LocalCounterMap(clock);

    expect(counters.countHit('key', ONE_A_MINUTE)).toBe(0);
    expect(counters.countHit('key', ONE_A_MINUTE)).toBe(MINUTE);
    clock.advance(MINUTE);
    expect(counters.countHit('key', ONE_A_MINUTE)).toBe(0);
  });

  it('holds the 10,000 keys that were used last', () => {
    const counters = new LocalCounterMap(new FakeClock(new Date()));

    for (let number = 0; number <= 10_000; number += 1) {
      counters.countHit(`key ${number}`, ONE_A_MINUTE);
    }

    expect(counters.getCounters(['key 0', 'key 1', 'key 10000'])).toMatchObject([
      { key: 'key 1' },
      { key: 'key 10000' },
    ]);
  });
});
