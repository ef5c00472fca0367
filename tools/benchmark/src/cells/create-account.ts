import { makeSignUp } from '../data/people.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import { createLoadCell } from './load-cell.ts';
import { HASHING_REQUESTS } from './load-plans.ts';

const SIGN_UP = { method: 'POST', path: '/api/accounts' } as const;

/** People who sign up by username and password. */
export const createAccount = createLoadCell({
  name: 'create account',
  plans: HASHING_REQUESTS,
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
