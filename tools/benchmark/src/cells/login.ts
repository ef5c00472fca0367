import { requestLogin } from '../data/owners.ts';
import { sendRepeatedly, type RequestLoad } from '../load/send-repeatedly.ts';
import { createLoadCell } from './load-cell.ts';

const CONNECTIONS = 8;

/** People who log in by password, each connection others than the next. */
export const login = createLoadCell({
  name: 'login',
  plans: {
    quick: { rounds: { atMost: 2, atLeast: 2, within: 4_000 }, seconds: 1, warmUpSeconds: 0.8 },
    full: { rounds: { atMost: 5, atLeast: 4, within: 40_000 }, seconds: 3, warmUpSeconds: 2 },
  },
  prepare: async (server, { data }) => ({
    answer: await server.request(requestLogin(data.comers[0] ?? 0), 201),
    run: (seconds) => sendRepeatedly(server, makeLogins(data.comers, CONNECTIONS, seconds)),
  }),
});

/** Logins without pause. */
export function makeLogins(
  people: readonly number[],
  connections: number,
  seconds: number,
): RequestLoad {
  return {
    connections,
    extent: { seconds },
    requestsOf: (connection) =>
      people.filter((_, index) => index % connections === connection).map(requestLogin),
  };
}
