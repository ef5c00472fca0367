import { availableParallelism } from 'node:os';

import { isAnswer, readResidentMebibytes, Tally } from '@org/harness';

import { signUpAndLogIn } from '../load/people.ts';
import { watchLiveness } from '../load/watch.ts';
import { checkProgram, checkThat } from './check.ts';
import type { Fault } from './fault.ts';

const LOGINS = 500;
const ROUNDS = { quick: 2, full: 20 };
/** The longer the load lasts, the larger Node lets its young generation become, whatever is queued. */
const WARM_UP_ROUNDS = { quick: 1, full: 20 };
const LIVENESS_LIMIT_MILLISECONDS = 100;
const SAMPLE_MILLISECONDS = 10;
/** A hash for each core, and what the requests themselves need. */
const GROWTH_LIMIT_MEBIBYTES = availableParallelism() * 19 + 64;

export const parallelLogins: Fault = {
  id: 'L1',
  title: `${LOGINS} parallel logins`,
  run: async (context) => {
    const program = await context.stage.start({ role: 'api' });
    const client = context.connect(program);
    const { credentials } = await signUpAndLogIn(client);
    const logInAtOnce = () =>
      Promise.all(Array.from({ length: LOGINS }, () => client.logIn(credentials)));
    for (let round = 0; round < WARM_UP_ROUNDS[context.mode]; round += 1) {
      await logInAtOnce();
    }
    const liveness = watchLiveness(program.port);
    const memory = watchMemory(program.pid);
    const tally = new Tally((await context.rounds(ROUNDS, logInAtOnce)).flat());
    const growth = memory.stop();
    const p99 = (await liveness.stop()).percentile(0.99);
    const isExpected = tally.outcomes.every(
      (outcome) => isAnswer(outcome) && (outcome.status < 500 || outcome.status === 503),
    );
    const limit = `at most ${GROWTH_LIMIT_MEBIBYTES} MiB`;
    const isWithin = growth <= GROWTH_LIMIT_MEBIBYTES;
    return [
      checkThat('answers', isExpected, String(tally), '2xx, 4xx or 503'),
      context.checkTime('p99 of liveness meanwhile', p99, LIVENESS_LIMIT_MILLISECONDS),
      checkThat('memory grows by', isWithin, `${growth.toFixed(0)} MiB`, limit),
      ...checkProgram(program),
    ];
  },
};

/** Looks at a process's memory over and over; stopping tells how much it had grown at most. */
function watchMemory(pid: number): { stop: () => number } {
  const before = readResidentMebibytes(pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, readResidentMebibytes(pid));
  }, SAMPLE_MILLISECONDS);
  return {
    stop: () => {
      clearInterval(timer);
      return most - before;
    },
  };
}
