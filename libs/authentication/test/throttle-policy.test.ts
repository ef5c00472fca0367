import { describe, expect, it } from 'vitest';

import {
  DEFAULT_BUDGETS,
  earlier,
  findWait,
  isBudgetSlot,
  isKnown,
  later,
  longestOf,
  pauseAfter,
  toReservation,
} from '../src/internal/throttle/throttle-policy.ts';

const now = new Date('2026-01-01T00:00:00Z');
const ago = (milliseconds: number) => earlier(now, milliseconds);
const DAY = 24 * 60 * 60_000;

const budgets = [
  { limit: 1, milliseconds: 30_000 },
  { limit: 3, milliseconds: 600_000 },
];
const name = { key: 'name', source: undefined };
const budgeted = { key: 'budget', budgets };

describe('a time', () => {
  it('is moved by milliseconds', () => {
    expect(earlier(now, 1_000)).toEqual(new Date('2025-12-31T23:59:59Z'));
    expect(later(now, 1_000)).toEqual(new Date('2026-01-01T00:00:01Z'));
  });
});

/** Uses, and the seconds that they are counted for. */
const DOCUMENTED = {
  'login-source': '100/900',
  'refresh-source': '100/900',
  'otp-failure-number-source': '20/86400',
  'otp-request-number': '1/30 3/600 5/3600',
  'otp-request-known-source': '1/30 3/600 5/3600',
  'otp-request-source': '10/3600',
  'email-code-failure-mailbox-source': '20/86400',
  'email-code-request-mailbox': '1/30 3/600 5/3600',
  'email-code-request-known-source': '1/30 3/600 5/3600',
  'email-code-request-source': '10/3600',
  'sign-up-source': '20/3600',
  'phone-form-source': '20/3600',
  'reset-request-name': '3/3600',
  'reset-request-mailbox': '10/86400',
  'reset-request-known-source': '3/3600',
  'reset-request-known-mailbox': '10/86400',
  'reset-request-source': '20/3600',
  'reset-account': '20/3600',
  'reset-source': '20/3600',
  'notice-source': '20/3600',
  'notice-recipient': '10/86400',
};

describe('the budgets', () => {
  it('are by default as strict as they were', () => {
    const written = Object.entries(DEFAULT_BUDGETS).map(([name, each]) => [
      name,
      each.map(({ limit, milliseconds }) => `${limit}/${milliseconds / 1_000}`).join(' '),
    ]);

    expect(Object.fromEntries(written)).toEqual(DOCUMENTED);
  });
});

describe(findWait, () => {
  it.each([
    ['without earlier uses', [], 0],
    ['with one that is long ago', [ago(30_000)], 0],
    ['with one a moment ago', [ago(29_999)], 1],
    ['with one at this time', [now], 30_000],
    ['with as many as the longer budget has', [ago(500_000), ago(400_000), ago(300_000)], 100_000],
    ['with more', [ago(500_000), ago(400_000), ago(300_000), ago(200_000)], 200_000],
    ['with one of which the clock is behind', [later(now, 5_000)], 35_000],
  ])('waits %s until one more is within every budget', (_what, hits, wait) => {
    expect(findWait(hits, budgets, now)).toBe(wait);
  });

  it('has the longest of several budgets', () => {
    expect(longestOf(budgets)).toBe(600_000);
  });
});

describe(pauseAfter, () => {
  it.each([
    [0, 0],
    [4, 0],
    [5, 1_000],
    [6, 2_000],
    [7, 4_000],
    [14, 512_000],
    [15, 900_000],
    [2_000, 900_000],
  ])('%i failures is %i ms', (failures, pause) => {
    expect(pauseAfter(failures)).toBe(pause);
  });
});

describe(isKnown, () => {
  it('is a source that has logged in within 90 days', () => {
    const source = (lastLogin: Date) => ({ last_login_at: lastLogin }) as never;

    expect(isKnown(source(ago(90 * DAY - 1)), now)).toBe(true);
    expect(isKnown(source(ago(90 * DAY)), now)).toBe(false);
  });
});

describe(isBudgetSlot, () => {
  it('tells budgets from a name', () => {
    expect([isBudgetSlot(budgeted), isBudgetSlot(name)]).toEqual([true, false]);
  });
});

describe(toReservation, () => {
  const idle = { hits: [], blockedUntil: null, pending: [] };
  const pending = [
    { id: 'b', until: later(now, 9_000) },
    { id: 'a', until: later(now, 5_000) },
  ];
  const told = (slot: typeof name | typeof budgeted, state: object) =>
    toReservation({ slot, id: '1', isAllowed: false }, { ...idle, ...state }, now);

  it('hands on what was tried', () => {
    expect(told(name, {})).toEqual({
      slot: name,
      id: '1',
      isAllowed: false,
      pause: 0,
      pendingFor: 1,
    });
  });

  it.each([
    ['the rest of a pause', name, { blockedUntil: later(now, 700), hits: [now] }, 700],
    ['nothing after it', name, { blockedUntil: ago(700) }, 0],
    ['what its budgets ask for', budgeted, { hits: [ago(10_000)] }, 20_000],
  ])('pauses for %s', (_what, slot, state, pause) => {
    expect(told(slot, state).pause).toBe(pause);
  });

  it('says when the first of the others stops counting, which is never now', () => {
    expect(told(name, { pending }).pendingFor).toBe(5_000);
    expect(told(name, { pending: [{ id: 'a', until: ago(5) }] }).pendingFor).toBe(1);
  });
});
