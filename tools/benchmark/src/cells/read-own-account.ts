import { logInEach, requestOwnAccount } from '../data/owners.ts';
import { sendRepeatedly } from '../load/send-repeatedly.ts';
import { createLoadCell } from './load-cell.ts';

const CONNECTIONS = 8;

/** Accounts read by their owners. */
export const readOwnAccount = createLoadCell({
  name: 'read own account',
  plans: {
    quick: {
      rounds: { atMost: 3, atLeast: 2, within: 4_000 },
      extent: { seconds: 0.8 },
      warmUp: { seconds: 0.6 },
    },
    full: {
      rounds: { atMost: 9, atLeast: 5, within: 60_000 },
      extent: { seconds: 2.5 },
      warmUp: { seconds: 3 },
    },
  },
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
