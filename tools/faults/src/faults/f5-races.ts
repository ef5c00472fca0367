import type { Check } from './check.ts';
import { byMode, type Fault } from './fault.ts';
import { raceOneTimePasswords } from './races/one-time-passwords.ts';
import { openArena, type Arena, type RoundCheck } from './races/arena.ts';
import { raceRefreshes } from './races/refreshes.ts';
import { raceResets } from './races/resets.ts';
import { racePhoneSignUps, raceSignUps } from './races/sign-ups.ts';
import { checkFindings } from './check.ts';
import { checkInvariants } from '../invariants/check-invariants.ts';

const ROUNDS = { quick: 2, full: 50 };
/** Sign-ups are cheap to lose, and were once lost in one round of a hundred. */
const SIGN_UP_ROUNDS = { quick: 3, full: 100 };

interface Race {
  readonly rounds: Readonly<Record<'quick' | 'full', number>>;
  /** Runs it once, and counts what should not have happened. */
  readonly run: (arena: Arena) => Promise<readonly RoundCheck[]>;
}

const RACES: readonly Race[] = [
  { rounds: SIGN_UP_ROUNDS, run: raceSignUps },
  { rounds: SIGN_UP_ROUNDS, run: racePhoneSignUps },
  { rounds: ROUNDS, run: raceOneTimePasswords },
  { rounds: ROUNDS, run: raceResets },
  { rounds: ROUNDS, run: raceRefreshes },
];

export const races: Fault = {
  id: 'F5',
  title: '50 parallel sign-ups, one-time passwords, resets and refreshes over two processes',
  run: async ({ mode, stage, progress }) => {
    const arena = await openArena(stage);
    const total = RACES.reduce((sum, { rounds }) => sum + byMode(mode, rounds), 0);
    const checks: Check[] = [];
    let done = 0;
    for (const { rounds, run } of RACES) {
      const wrong = new Map<string, string[]>();
      for (let round = 0; round < byMode(mode, rounds); round += 1) {
        for (const { name, problem } of await run(arena)) {
          wrong.set(name, [
            ...(wrong.get(name) ?? []),
            ...(problem === undefined ? [] : [problem]),
          ]);
        }
        done += 1;
        progress(done, total);
      }
      checks.push(
        ...[...wrong].map(([name, problems]) => judge(name, problems, byMode(mode, rounds))),
      );
    }
    arena.close();
    const findings = await checkInvariants(stage.databaseServer.database());
    return [...checks, checkFindings('no half state, no change without record', findings)];
  },
};

function judge(name: string, problems: readonly string[], rounds: number): Check {
  const example = problems[0] === undefined ? '' : ` (${problems[0]})`;
  return {
    name,
    measured: `${rounds - problems.length} of ${rounds} rounds${example}`,
    goal: 'every round',
    met: problems.length === 0,
  };
}
