import type { ByMode } from '@org/harness';

import { checkThat, type Check } from './check.ts';
import type { Fault } from './fault.ts';
import { openArena, type Arena, type RoundCheck } from './races/arena.ts';
import { guessCode, useCodeTogether } from './races/one-time-passwords.ts';
import { raceRefreshes } from './races/refreshes.ts';
import { raceResets } from './races/resets.ts';
import { racePhoneSignUps, raceSignUps } from './races/sign-ups.ts';

const ROUNDS = { quick: 2, full: 50 };
/** Sign-ups are cheap to lose, and were once lost in one round of a hundred. */
const SIGN_UP_ROUNDS = { quick: 3, full: 100 };

/** Each is run over and over, and says what should not have happened. */
const RACES: readonly { rounds: ByMode; run: (arena: Arena) => Promise<RoundCheck> }[] = [
  { rounds: SIGN_UP_ROUNDS, run: raceSignUps },
  { rounds: SIGN_UP_ROUNDS, run: racePhoneSignUps },
  { rounds: ROUNDS, run: guessCode },
  { rounds: ROUNDS, run: useCodeTogether },
  { rounds: ROUNDS, run: raceResets },
  { rounds: ROUNDS, run: raceRefreshes },
];

export const races: Fault = {
  id: 'F5',
  title: '50 parallel sign-ups, one-time passwords, resets and refreshes over two processes',
  run: async (context) => {
    const arena = await openArena(context);
    const runs = RACES.flatMap(({ rounds, run }) =>
      Array<typeof run>(rounds[context.mode]).fill(run),
    );
    const rounds = await context.each(runs, (run) => run(arena));
    const byName = Map.groupBy(rounds, ({ name }) => name);
    return [...[...byName.values()].map(judge), await context.checkInvariants()];
  },
};

function judge(rounds: readonly RoundCheck[]): Check {
  const problems = rounds.flatMap(({ problem }) => problem ?? []);
  const example = problems[0] === undefined ? '' : ` (${problems[0]})`;
  const measured = `${rounds.length - problems.length} of ${rounds.length} rounds${example}`;
  return checkThat(rounds[0]?.name ?? '', problems.length === 0, measured, 'every round');
}
