import { describe, expect, it } from 'vitest';

import { findNextTick } from '../src/internal/schedule-util.ts';

/** The next ticks after a time, as ISO strings. */
function ticks(schedule: string, timezone: string, after: string, count: number): string[] {
  const found: string[] = [];
  let time = new Date(after);
  for (let index = 0; index < count; index += 1) {
    time = findNextTick(schedule, timezone, time)!;
    found.push(time.toISOString().slice(0, 16));
  }
  return found;
}

describe(findNextTick, () => {
  it('is after the given time, never at it', () => {
    expect(ticks('0 3 * * *', 'UTC', '2026-01-01T03:00:00Z', 2)).toEqual([
      '2026-01-02T03:00',
      '2026-01-03T03:00',
    ]);
  });

  it('is at the same local time on both sides of a clock change', () => {
    expect(ticks('0 12 * * *', 'Europe/Berlin', '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T11:00',
      '2026-03-29T10:00',
      '2026-03-30T10:00',
    ]);
  });

  it('comes on a day without that time, too', () => {
    // On 29 March 2026, 02:30 does not exist in Berlin: clocks go from 02:00 to 03:00.
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it('comes once on a day that has that time twice', () => {
    // On 25 October 2026, 02:30 exists twice in Berlin: at 00:30 and 01:30 UTC.
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('is null for a date that never comes', () => {
    expect(findNextTick('0 0 31 2 *', 'UTC', new Date())).toBeNull();
  });

  it.each([
    ['six fields', '0 0 3 * * *', 'UTC'],
    ['words', 'now and then', 'UTC'],
    ['an unknown time zone', '0 3 * * *', 'Europe/Nowhere'],
  ])('refuses %s', (_what, schedule, timezone) => {
    expect(() => findNextTick(schedule, timezone, new Date())).toThrow();
  });
});
