import { makeSignUp } from '../data/people.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import { createLoadCell } from './load-cell.ts';

const SIGN_UP = { method: 'POST', path: '/api/accounts' } as const;

/** People who sign up by username and password. */
export const createAccount = createLoadCell({
  name: 'create account',
  plans: {
    quick: { rounds: { atMost: 2, atLeast: 2, within: 4_000 }, seconds: 1, warmUpSeconds: 0.8 },
    full: { rounds: { atMost: 5, atLeast: 4, within: 40_000 }, seconds: 3, warmUpSeconds: 2 },
  },
  prepare: async (server) => ({
    answer: await server.request({ ...SIGN_UP, body: makeSignUp() }, 201),
    run: (seconds) =>
      sendRepeatedly(server, {
        connections: 8,
        extent: { seconds },
        requestsOf: () => [{ ...SIGN_UP, makeBody: makeSignUp }],
      }),
  }),
});
