import { logInEach, type Owner } from '../data/owners.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import type { ServerRequest } from '../servers/running-server.ts';
import { createLoadCell } from './load-cell.ts';
import { QUICK_REQUESTS } from './load-plans.ts';

const CONNECTIONS = 8;

/** Each update is a change, so that there is something to store and to audit. */
const NAMES = [
  { first_name: 'Augusta', last_name: 'King' },
  { first_name: 'Ada', last_name: 'Lovelace' },
];

/** Accounts renamed by their owners, each its own, so that no update waits for another. */
export const updateProfile = createLoadCell({
  name: 'update profile',
  plans: QUICK_REQUESTS,
  prepare: async (server, { data }) => {
    const owners = await logInEach(server, data.owners.slice(0, CONNECTIONS));
    const [first] = owners.flatMap(requestUpdates);
    return {
      answer: await server.request(first ?? { path: '/' }, 200),
      run: (extent) =>
        sendRepeatedly(server, {
          connections: CONNECTIONS,
          extent,
          requestsOf: (connection) =>
            owners.slice(connection, connection + 1).flatMap(requestUpdates),
        }),
    };
  },
});

/** An owner takes another name, and the first one back. */
export function requestUpdates({ accountId, headers }: Owner): ServerRequest[] {
  return NAMES.map((body) => ({
    method: 'PATCH',
    path: `/api/accounts/${accountId}`,
    headers,
    body,
  }));
}
