import { requestLogin } from '../data/owners.ts';
import type { Extent } from '../load/load-result.ts';
import { sendRepeatedly, type RequestLoad } from '../load/send-repeatedly.ts';
import { createLoadCell } from './load-cell.ts';
import { HASHING_REQUESTS } from './load-plans.ts';

const CONNECTIONS = 8;

/** People who log in by password, each connection others than the next. */
export const login = createLoadCell({
  name: 'login',
  plans: HASHING_REQUESTS,
  prepare: async (server, { data }) => ({
    answer: await server.request(requestLogin(data.comers[0] ?? 0), 201),
    run: (extent) => sendRepeatedly(server, makeLogins(data.comers, CONNECTIONS, extent)),
  }),
});

/** Logins without pause. */
export function makeLogins(
  people: readonly number[],
  connections: number,
  extent: Extent,
): RequestLoad {
  return {
    connections,
    extent,
    requestsOf: (connection) =>
      people.filter((_, index) => index % connections === connection).map(requestLogin),
  };
}
