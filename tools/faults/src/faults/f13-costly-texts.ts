import { sendRaw } from '../http/raw-request.ts';
import { signUpAndLogIn } from '../load/people.ts';
import { longestLiveness } from '../load/watch.ts';
import { checkBlocked, longestQuietLiveness } from './blocked.ts';
import { checkProgram, listNothing } from './check.ts';
import { makeCostlyRequests } from './costly-requests.ts';
import type { Fault } from './fault.ts';

const ROUNDS = { quick: 1, full: 5 };

/** Texts that cost most for their bytes, in every field of every route, one request at a time. */
export const costlyTexts: Fault = {
  id: 'F13',
  title: 'texts that are costly to normalise, parse or match, in every field',
  run: async (context) => {
    const program = await context.stage.start({ role: 'api' });
    const { port } = program;
    const requests = makeCostlyRequests(await signUpAndLogIn(context.connect(program)));
    const quiet = await longestQuietLiveness(port);
    const slowest = new Map<string, number>();
    const unanswered: string[] = [];
    await context.rounds(ROUNDS, async () => {
      for (const { name, bytes } of requests) {
        const blocked = await longestLiveness(port, async () => {
          const status = await sendRaw(port, bytes);
          if (status === undefined || status >= 500) {
            unanswered.push(`${name}: ${status ?? 'no answer'}`);
          }
        });
        // The least of all rounds: what a neighbour does to one of them is not the request's.
        slowest.set(name, Math.min(slowest.get(name) ?? Infinity, blocked));
      }
    });
    const [name = '', busy = 0] = [...slowest].sort(([, one], [, other]) => other - one)[0] ?? [];
    const blocked = checkBlocked(context, 'attack', { quiet, busy });
    return [
      listNothing(`of ${requests.length} requests, without a whole answer below 500`, unanswered),
      { ...blocked, measured: `${blocked.measured}; ${name}` },
      ...checkProgram(program),
    ];
  },
};
