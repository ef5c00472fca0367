import { describe, expect, it } from 'vitest';

import { checkHistory } from '../../src/history/check-history.ts';
import type { History } from '../../src/history/history.ts';
import { findUnnoticed, TAMPERINGS } from '../../src/history/tampered-histories.ts';

const PROFILE = 'profile account-1';
const UNDECIDED = { register: PROFILE, version: 2, isAcknowledged: false, sentAt: 30, endedAt: 40 };

/** Of a program that did everything right while one of its answers got lost. */
const GOOD: History = {
  writes: [
    { register: PROFILE, version: 1, isAcknowledged: true, sentAt: 10, endedAt: 20 },
    UNDECIDED,
    { register: PROFILE, version: 3, isAcknowledged: true, sentAt: 50, endedAt: 60 },
  ],
  reads: [
    { register: PROFILE, version: 1, sentAt: 21, endedAt: 25 },
    { register: PROFILE, version: 3, sentAt: 61, endedAt: 65 },
  ],
  uses: [
    'name ada',
    'e-mail code ada',
    'reset token t',
    'refresh token r',
    'task account-1 x',
  ].flatMap((gate) => [
    { gate, gained: 'the same' },
    { gate, gained: 'the same' },
  ]),
  sendings: [
    { message: 'ada Your code', at: 0 },
    { message: 'ada Your code', at: 30_000 },
    { message: 'ada Your other code', at: 10 },
  ],
  created: ['task-1'],
  stored: ['task-1', 'task-2'],
};

function problemsOf(changes: Partial<History>): string[] {
  return checkHistory({ ...GOOD, ...changes }).violations.map(
    ({ subject, problem }) => `${subject} ${problem}`,
  );
}

function readAt(sentAt: number, version: number): Pick<History, 'reads'> {
  return { reads: [{ register: PROFILE, version, sentAt, endedAt: sentAt + 5 }] };
}

describe(checkHistory, () => {
  it('finds nothing in a good history, and looks at all of it', () => {
    expect(checkHistory(GOOD)).toEqual({ checked: 1 + 2 + 2 + 5 + 2, violations: [] });
  });

  it.each([1, 2])('takes a write in doubt either way: version %i', (version) => {
    expect(problemsOf(readAt(41, version))).toEqual([]);
  });

  it('takes a read that began before the acknowledgement', () => {
    expect(problemsOf(readAt(59, 1))).toEqual([]);
  });

  it('finds a read that goes back behind an acknowledged write', () => {
    expect(problemsOf(readAt(60, 2))).toEqual([
      `${PROFILE} is read at version 2, and 3 was acknowledged before`,
    ]);
  });

  it('does not hold one client to what another had acknowledged', () => {
    const read = { register: 'profile account-2', version: 0, sentAt: 100, endedAt: 101 };
    expect(problemsOf({ reads: [read] })).toEqual([]);
  });

  it('finds a read of what was not yet written', () => {
    expect(problemsOf(readAt(20, 2))).toEqual([
      `${PROFILE} is read at version 2, and only 1 was written`,
    ]);
  });

  it('finds a creation that got lost', () => {
    expect(problemsOf({ stored: ['task-2'] })).toEqual([
      'task-1 was acknowledged, and is not there',
    ]);
  });

  it('finds a second success of what succeeds once', () => {
    const uses = [...GOOD.uses, { gate: 'name ada', gained: 'something else' }];
    expect(problemsOf({ uses })).toEqual(['name ada succeeded 2 times']);
  });

  it('finds a message that two workers sent within a lease', () => {
    const sendings = [...GOOD.sendings, { message: 'ada Your code', at: 29_999 }];
    expect(problemsOf({ sendings })).toEqual(['ada Your code was sent 3 times within a lease']);
  });
});

describe(findUnnoticed, () => {
  it('has every tampering noticed', () => {
    expect(findUnnoticed(GOOD)).toEqual([]);
  });

  it('names those that there is nothing for', () => {
    const empty = { writes: [], reads: [], uses: [], sendings: [], created: [], stored: [] };
    expect(findUnnoticed(empty)).toEqual(Object.keys(TAMPERINGS));
  });
});
