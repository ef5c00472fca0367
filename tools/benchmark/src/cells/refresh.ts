import { logInEach } from '../data/owners.ts';
import { repeatSteps } from '../load/repeat-steps.ts';
import { CONNECTIONS } from './cell.ts';
import { createLoadCell } from './load-cell.ts';

/** Sessions whose refresh token is used over and over, always the newest. */
export const refresh = createLoadCell({
  name: 'refresh',
  plans: {
    quick: {
      rounds: { atMost: 2, atLeast: 2, within: 3_000 },
      extent: { count: 100 },
      warmUp: { count: 50 },
    },
    full: {
      rounds: { atMost: 5, atLeast: 3, within: 30_000 },
      extent: { seconds: 2.5 },
      warmUp: { seconds: 1 },
    },
  },
  prepare: async (server, { data }) => {
    const owners = await logInEach(server, data.owners.slice(0, CONNECTIONS));
    const newest = owners.map(({ refreshToken }) => refreshToken);
    const step = async (client: number): Promise<unknown> => {
      const body = { refresh_token: newest[client] };
      const request = { method: 'POST', path: '/api/access-tokens', body } as const;
      const answer = (await server.request(request, 201)) as { refresh_token: string };
      newest[client] = answer.refresh_token;
      return answer;
    };
    return {
      answer: await step(0),
      run: (extent) => repeatSteps({ clients: CONNECTIONS, extent, step }),
    };
  },
});
