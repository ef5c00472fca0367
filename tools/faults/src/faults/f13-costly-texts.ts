import { setTimeout as delay } from 'node:timers/promises';

import { sendRaw } from '../http/raw-request.ts';
import { ApiClient } from '../load/api-client.ts';
import { LivenessWatch } from '../load/liveness-watch.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { checkTime, listNothing, type Check } from './check.ts';
import { makeCostlyRequests } from './costly-requests.ts';
import { judgeProgram } from './f3-mongod-killed.ts';
import { byMode, type Fault } from './fault.ts';
import type { HostileRequest } from './hostile-requests.ts';

const ROUNDS = { quick: 1, full: 5 };
const QUIET_MILLISECONDS = 2_000;
const ANSWER_LIMIT_MILLISECONDS = 20_000;
const BLOCKED_LIMIT_MILLISECONDS = 50;

/** Texts that cost most for their bytes, in every field of every route, one request at a time. */
export const costlyTexts: Fault = {
  id: 'F13',
  title: 'texts that are costly to normalise, parse or match, in every field',
  run: async ({ mode, stage, progress }) => {
    const program = await stage.start({ role: 'api' });
    const client = new ApiClient(program.port);
    const requests = makeCostlyRequests(await signUpAndLogIn(client));
    client.close();
    const { port } = program;
    // What the machine itself does to answers, without any fault.
    const quiet = await watchWhile(port, () => delay(QUIET_MILLISECONDS));
    const rounds = byMode(mode, ROUNDS);
    const slowest = new Map<string, number>();
    const unanswered: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const request of requests) {
        const blocked = await watchWhile(port, () => sendOne(port, request, unanswered));
        // The least of all rounds: what a neighbour does to one of them is not the request's.
        slowest.set(request.name, Math.min(slowest.get(request.name) ?? Infinity, blocked));
      }
      progress(round + 1, rounds);
    }
    return [
      listNothing(`of ${requests.length} requests, without a whole answer below 500`, unanswered),
      judgeSlowest(slowest, quiet, mode),
      ...judgeProgram(program),
    ];
  },
};

async function sendOne(
  port: number,
  { name, bytes }: HostileRequest,
  unanswered: string[],
): Promise<void> {
  const status = await sendRaw({ port, bytes, limitMilliseconds: ANSWER_LIMIT_MILLISECONDS });
  if (status === undefined || status >= 500) {
    unanswered.push(`${name}: ${status ?? 'no answer'}`);
  }
}

function judgeSlowest(
  slowest: ReadonlyMap<string, number>,
  quiet: number,
  mode: keyof typeof ROUNDS,
): Check {
  const [name = '', longest = 0] = [...slowest].sort(([, one], [, other]) => other - one)[0] ?? [];
  const beyond = Math.max(0, longest - quiet);
  const what = `slowest liveness beyond the ${quiet.toFixed(0)} ms without attack`;
  const check = checkTime(what, beyond, BLOCKED_LIMIT_MILLISECONDS, mode);
  return { ...check, measured: `${check.measured}; ${name}` };
}

/** @returns the longest that liveness took, in milliseconds */
async function watchWhile(port: number, work: () => Promise<unknown>): Promise<number> {
  const watch = LivenessWatch.start(port);
  await work();
  return (await watch.stop()).longestMilliseconds;
}
