import { checkHistory, type RuleName } from './check-history.ts';
import type { History } from './history.ts';

type Tampering = (history: History) => Partial<History>;

const STALE: RuleName = 'no read behind an acknowledged write of its client';
const TWICE: RuleName = 'nothing that succeeds once succeeds twice';

/** What a program without one of its safeguards would leave, and the rule that is to notice. */
export const TAMPERINGS: Readonly<Record<string, readonly [RuleName, Tampering]>> = {
  'a creation that got lost': [
    'every acknowledged creation is there',
    ({ created, stored }) => ({ stored: stored.filter((id) => id !== created[0]) }),
  ],
  'a write that got lost': [
    STALE,
    // The last one may be in doubt.
    ({ reads }) => ({ reads: [...reads, ...reads.slice(-1).map((last) => age(last, -1_000))] }),
  ],
  'a stale read': [
    STALE,
    ({ writes, reads }) => {
      const write = writes.find(({ isAcknowledged }) => isAcknowledged);
      return { reads: write ? [...reads, { ...age(write, -1), sentAt: write.endedAt }] : reads };
    },
  ],
  'a write that nobody made': [
    'no read of what nobody had written',
    // The next one may be under way.
    ({ reads }) => ({ reads: [...reads, ...reads.slice(-1).map((last) => age(last, 1_000))] }),
  ],
  'a name that two have': [TWICE, useAgain('name ')],
  'an e-mail code that is used twice': [TWICE, useAgain('e-mail code ')],
  'a reset token that is used twice': [TWICE, useAgain('reset token ')],
  'a refresh token with two successors': [TWICE, useAgain('refresh token ')],
  'a task that is created twice': [TWICE, useAgain('task ')],
  'a lease that two hold': [
    'no message sent by two workers within a lease',
    ({ sendings }) => ({ sendings: [...sendings, ...sendings.slice(0, 1)] }),
  ],
};

/** Tampers with a history in every way. @returns the ways that were not noticed */
export function findUnnoticed(history: History): readonly string[] {
  const count = (tampered: History, rule: RuleName) =>
    checkHistory(tampered).violations.filter(({ invariant }) => invariant === rule).length;
  return Object.entries(TAMPERINGS)
    .filter(([, [rule, tamper]]) => {
      const tampered = { ...history, ...tamper(history) };
      return count(tampered, rule) <= count(history, rule);
    })
    .map(([name]) => name);
}

function age<Access extends History['reads'][number]>(access: Access, versions: number): Access {
  return { ...access, version: access.version + versions };
}

function useAgain(prefix: string): Tampering {
  return ({ uses }) => {
    const use = uses.find(({ gate }) => gate.startsWith(prefix));
    return { uses: use ? [...uses, { ...use, gained: `${use.gained} and another` }] : uses };
  };
}
