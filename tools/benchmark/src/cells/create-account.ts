import { makeSignUp } from '../data/people.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import { createLoadCell } from './load-cell.ts';

const SIGN_UP = { method: 'POST', path: '/api/accounts' } as const;

/** People who sign up by username and password. */
export const createAccount = createLoadCell({
  name: 'create account',
  plans: {
    quick: {
      rounds: { atMost: 2, atLeast: 2, within: 4_000 },
      extent: { count: 24 },
      warmUp: { count: 8 },
    },
    full: {
      rounds: { atMost: 7, atLeast: 4, within: 34_000 },
      extent: { count: 120 },
      warmUp: { count: 40 },
    },
  },
  prepare: async (server) => ({
    answer: await server.request({ ...SIGN_UP, body: makeSignUp() }, 201),
    run: (extent) =>
      sendRepeatedly(server, {
        connections: 8,
        extent,
        requestsOf: () => [{ ...SIGN_UP, makeBody: makeSignUp }],
      }),
  }),
});
