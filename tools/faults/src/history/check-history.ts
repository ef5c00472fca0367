import {
  joinFindings,
  toFindings,
  unless,
  type Findings,
  type Look,
} from '../invariants/findings.ts';
import type { History } from './history.ts';

/** How long a worker holds a message that it sends, in milliseconds. */
const LEASE_MILLISECONDS = 30_000;

type Rule = (history: History) => Iterable<Look>;

/** By their names: what holds of every history, whatever happened meanwhile. */
const RULES = {
  *'every acknowledged creation is there'({ created, stored }) {
    const ids = new Set(stored);
    for (const id of created) {
      yield [id, unless(ids.has(id), 'was acknowledged, and is not there')];
    }
  },

  *'no read behind an acknowledged write of its client'({ writes, reads }) {
    const acknowledged = writes.filter(({ isAcknowledged }) => isAcknowledged);
    for (const { register, version, latest } of follow(reads, acknowledged, 'sentAt', 'endedAt')) {
      const problem = `is read at version ${version}, and ${latest} was acknowledged before`;
      yield [register, unless(version >= latest, problem)];
    }
  },

  *'no read of what nobody had written'({ writes, reads }) {
    for (const { register, version, latest } of follow(reads, writes, 'endedAt', 'sentAt')) {
      const problem = `is read at version ${version}, and only ${latest} was written`;
      yield [register, unless(version <= latest, problem)];
    }
  },

  *'nothing that succeeds once succeeds twice'({ uses }) {
    for (const [gate, ofGate] of Map.groupBy(uses, (use) => use.gate)) {
      const gained = new Set(ofGate.map((use) => use.gained));
      yield [gate, unless(gained.size === 1, `succeeded ${gained.size} times`)];
    }
  },

  *'no message sent by two workers within a lease'({ sendings }) {
    for (const [message, sent] of Map.groupBy(sendings, (sending) => sending.message)) {
      const times = sent.map(({ at }) => at).toSorted((left, right) => left - right);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
      const isLeased = gaps.every((gap) => gap >= LEASE_MILLISECONDS);
      yield [message, unless(isLeased, `was sent ${times.length} times within a lease`)];
    }
  },
} satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;

export function checkHistory(history: History): Findings {
  const names = Object.keys(RULES) as RuleName[];
  return joinFindings(names.map((name) => toFindings(name, RULES[name](history))));
}

type Access = History['reads'][number];

/** Each read, with the latest version that was written until that time of it. */
function* follow(
  reads: readonly Access[],
  writes: readonly Access[],
  timeOfRead: 'sentAt' | 'endedAt',
  timeOfWrite: 'sentAt' | 'endedAt',
) {
  const byRegister = Map.groupBy(writes, ({ register }) => register);
  for (const [register, ofRegister] of Map.groupBy(reads, (read) => read.register)) {
    const before = (byRegister.get(register) ?? []).toSorted(
      (left, right) => left[timeOfWrite] - right[timeOfWrite],
    );
    let next = 0;
    let latest = 0;
    for (const read of ofRegister.toSorted((left, right) => left[timeOfRead] - right[timeOfRead])) {
      for (; (before[next]?.[timeOfWrite] ?? Infinity) <= read[timeOfRead]; next += 1) {
        latest = Math.max(latest, before[next]?.version ?? 0);
      }
      yield { register, version: read.version, latest };
    }
  }
}
