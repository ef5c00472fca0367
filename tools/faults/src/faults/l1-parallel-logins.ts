import { availableParallelism } from 'node:os';

import { isAnswer, readResidentMebibytes, Tally } from '@org/harness';

import { signUpAndLogIn } from '../load/api-client.ts';
import { watchLiveness } from '../load/load.ts';
import { checkProgram, checkThat } from './check.ts';
import type { Fault } from './fault.ts';

const LOGINS = 500;
const ROUNDS = { quick: 2, full: 20 };
/** The longer the load lasts, the larger Node lets its young generation become, whatever is queued. */
const WARM_UP_ROUNDS = { quick: 1, full: 20 };
const SAMPLE_MILLISECONDS = 10;
/** A hash for each core, and what the requests themselves need. */
const NEEDED_MEBIBYTES = availableParallelism() * 19 + 64;
/**
 * In quick runs, Node's young generation and what is not collected yet are still growing. Hashing all
 * of them at once would take over 9 GiB.
 */
const GROWTH_LIMIT_MEBIBYTES = { quick: 1_024, full: NEEDED_MEBIBYTES };

export const parallelLogins: Fault = {
  id: 'L1',
  title: `${LOGINS} parallel logins`,
  run: async (context) => {
    const { stage, mode } = context;
    const program = await stage.start({ role: 'api' });
    const client = stage.connect(program);
    const { credentials } = await signUpAndLogIn(client);
    const logInAtOnce = () =>
      Promise.all(Array.from({ length: LOGINS }, () => client.logIn(credentials)));
    for (let round = 0; round < WARM_UP_ROUNDS[mode]; round += 1) {
      await logInAtOnce();
    }
    const before = readResidentMebibytes(program.pid);
    let most = before;
    const watchMemory = () => (most = Math.max(most, readResidentMebibytes(program.pid)));
    const timer = setInterval(watchMemory, SAMPLE_MILLISECONDS);
    const tally = new Tally();
    const liveness = await watchLiveness(program.port, async () => {
      tally.add(...(await context.rounds(ROUNDS, logInAtOnce)).flat());
      clearInterval(timer);
    });
    const growth = most - before;
    const p99 = liveness.percentile(0.99);
    const isExpected = tally.outcomes.every(
      (outcome) => isAnswer(outcome) && (outcome.status < 500 || outcome.status === 503),
    );
    const limit = GROWTH_LIMIT_MEBIBYTES[mode];
    return [
      checkThat('answers', isExpected, String(tally), '2xx, 4xx or 503'),
      context.checkTime('p99 of liveness meanwhile', p99, 100),
      checkThat(
        'memory grows by',
        growth <= limit,
        `${growth.toFixed(0)} MiB`,
        `at most ${limit} MiB`,
      ),
      ...checkProgram(program),
    ];
  },
};
