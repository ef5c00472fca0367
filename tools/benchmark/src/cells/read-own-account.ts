import { logInEach, requestOwnAccount } from '../data/owners.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import { createLoadCell } from './load-cell.ts';
import { QUICK_REQUESTS } from './load-plans.ts';

const CONNECTIONS = 8;

/** Accounts read by their owners. */
export const readOwnAccount = createLoadCell({
  name: 'read own account',
  plans: QUICK_REQUESTS,
  prepare: async (server, { data }) => {
    const owners = await logInEach(server, data.owners.slice(0, CONNECTIONS));
    const requests = owners.map(requestOwnAccount);
    return {
      answer: await server.request(requests[0] ?? { path: '/' }, 200),
      run: (extent) =>
        sendRepeatedly(server, {
          connections: CONNECTIONS,
          extent,
          requestsOf: (connection) => requests.slice(connection, connection + 1),
        }),
    };
  },
});
