import { isCalendarTime, parseCalendarTime } from '@org/core';
import { describe, expect, it } from 'vitest';

describe(parseCalendarTime, () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0000-01-01', '0000-01-01T00:00:00.000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:30.5+05:30', '2026-01-31T06:30:30.500Z'],
    ['2026-01-31T12:00:30.123456789Z', '2026-01-31T12:00:30.123Z'],
    ['2026-01-31T23:30:00-01:00', '2026-02-01T00:30:00.000Z'],
  ])('reads %s', (text, time) => {
    expect(parseCalendarTime(text)?.toISOString()).toBe(time);
  });

  it.each([
    '2026-02-30',
    '2026-02-29T12:00:00Z',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-01-32',
    '2026-01-31T25:00Z',
    '2026-01-31T12:60Z',
    '2026-01-31T12:00:00+99:00',
    '2026-01-31T12:00:00',
    '9999-12-31T23:59:59-01:00',
    '+275760-09-13',
    '31 January 2026',
    ' 2026-01-31',
    '1769817600000',
    '',
  ])('takes no %j', (text) => {
    expect(parseCalendarTime(text)).toBeUndefined();
  });
});

describe(isCalendarTime, () => {
  it.each([
    [new Date('9999-12-31T23:59:59.999Z'), true],
    [new Date(-62_167_219_200_000), true],
    [new Date(-62_167_219_200_001), false],
    [new Date(8.64e15), false],
    [new Date(Number.NaN), false],
    ['2026-01-31', false],
    [null, false],
  ])('%s: %s', (value, expected) => {
    expect(isCalendarTime(value)).toBe(expected);
  });
});
