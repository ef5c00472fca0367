import { logInEach } from '../data/owners.ts';
import { repeatSteps } from '../load/repeat-steps.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { createLoadCell } from './load-cell.ts';

const CLIENTS = 8;

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
    const owners = await logInEach(server, data.owners.slice(0, CLIENTS));
    const newest = owners.map(({ refreshToken }) => refreshToken);
    const step = async (client: number): Promise<unknown> => {
      const answer = await requestRefresh(server, newest[client] ?? '');
      newest[client] = answer.refresh_token;
      return answer;
    };
    return {
      answer: await step(0),
      run: (extent) => repeatSteps({ clients: CLIENTS, extent, step }),
    };
  },
});

async function requestRefresh(
  server: RunningServer,
  refreshToken: string,
): Promise<{ refresh_token: string }> {
  const body = { refresh_token: refreshToken };
  const request = { method: 'POST', path: '/api/access-tokens', body } as const;
  return (await server.request(request, 201)) as { refresh_token: string };
}
