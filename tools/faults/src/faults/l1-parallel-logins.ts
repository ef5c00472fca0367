import { availableParallelism } from 'node:os';

import { isAnswer } from '../http/http-client.ts';
import { ApiClient } from '../load/api-client.ts';
import { LivenessWatch } from '../load/liveness-watch.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { Tally } from '../load/tally.ts';
import { readMemory } from '../stage/memory.ts';
import type { Program } from '../stage/program.ts';
import { checkThat, checkTime, type Check } from './check.ts';
import { judgeProgram } from './f3-mongod-killed.ts';
import { byMode, type Fault } from './fault.ts';

const LOGINS = 500;
const ROUNDS = { quick: 2, full: 20 };
/** The longer the load lasts, the larger Node lets its young generation become, whatever is queued. */
const WARM_UP_ROUNDS = { quick: 1, full: 20 };
const LIVENESS_LIMIT_MILLISECONDS = 100;
const SAMPLE_MILLISECONDS = 10;
const MEBIBYTE = 1024 * 1024;
/** A hash for each core, and what the requests themselves need. */
const GROWTH_LIMIT_BYTES = (availableParallelism() * 19 + 64) * MEBIBYTE;

export const parallelLogins: Fault = {
  id: 'L1',
  title: `${LOGINS} parallel logins`,
  run: async ({ mode, stage, progress }) => {
    const program = await stage.start({ role: 'api' });
    const client = new ApiClient(program.port);
    const { credentials } = await signUpAndLogIn(client);
    const logInAtOnce = async (): Promise<Tally> => {
      const tally = new Tally();
      const logins = Array.from({ length: LOGINS }, () => client.logIn(credentials));
      (await Promise.all(logins)).forEach((outcome) => tally.add(outcome));
      return tally;
    };
    for (let round = 0; round < byMode(mode, WARM_UP_ROUNDS); round += 1) {
      await logInAtOnce();
    }
    const liveness = LivenessWatch.start(program.port);
    const memory = watchMemory(program);
    const tally = new Tally();
    for (let round = 0; round < byMode(mode, ROUNDS); round += 1) {
      (await logInAtOnce()).outcomes.forEach((outcome) => tally.add(outcome));
      progress(round + 1, byMode(mode, ROUNDS));
    }
    const growth = memory.stop();
    const alive = await liveness.stop();
    client.close();
    return [
      judgeAnswers(tally),
      checkTime(
        'p99 of liveness meanwhile',
        alive.percentile(0.99),
        LIVENESS_LIMIT_MILLISECONDS,
        mode,
      ),
      checkThat(
        'memory grows by',
        growth <= GROWTH_LIMIT_BYTES,
        `${(growth / MEBIBYTE).toFixed(0)} MiB`,
        `at most ${GROWTH_LIMIT_BYTES / MEBIBYTE} MiB`,
      ),
      ...judgeProgram(program),
    ];
  },
};

function judgeAnswers(tally: Tally): Check {
  const isExpected = tally.outcomes.every(
    (outcome) => isAnswer(outcome) && (outcome.status < 500 || outcome.status === 503),
  );
  return checkThat('answers', isExpected, tally.describe(), '2xx, 4xx or 503');
}

/** Looks at the process's memory over and over; stopping tells how much it had grown at most. */
function watchMemory(program: Program): { stop: () => number } {
  const before = readMemory(program.pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, readMemory(program.pid));
  }, SAMPLE_MILLISECONDS);
  return {
    stop: () => {
      clearInterval(timer);
      return most - before;
    },
  };
}
