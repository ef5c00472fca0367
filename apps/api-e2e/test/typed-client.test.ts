import { createApiClient, type ApiTokens } from '@org/api-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ada } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

let program: Program;
let baseUrl: string;

beforeAll(async () => {
  program = Program.run({ ...onThrowawayDatabase(), ACCESS_TOKEN_TTL: '1s' });
  baseUrl = await program.ready();
});
afterAll(async () => {
  await program.stop();
});

async function signUpAndLogIn(username: string, changes: (ApiTokens | undefined)[] = []) {
  const api = createApiClient({ baseUrl, onTokensChanged: (tokens) => changes.push(tokens) });
  const user = { ...ada, username };
  await api.POST('/api/accounts', { body: user });
  const { data } = await api.POST('/api/access-tokens', { body: user });
  api.setTokens({ token: data!.token, refreshToken: data!.refresh_token });
  return { api, path: { account_id: data!.account_id } };
}

/** Waits until the server takes the token for expired. */
async function untilExpired(token: string, accountId: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const read = async () =>
    (await fetch(`${baseUrl}/api/accounts/${accountId}`, { headers })).status;
  await expect.poll(read).toBe(401);
}

describe('the typed client', () => {
  it('goes the password journey', async () => {
    const { api, path } = await signUpAndLogIn('ada');

    const updated = await api.PATCH('/api/accounts/{account_id}', {
      params: { path },
      body: { first_name: 'Augusta' },
    });
    expect(updated.data).toMatchObject({ first_name: 'Augusta', last_name: 'Lovelace' });
    const task = await api.POST('/api/accounts/{account_id}/tasks', {
      params: { path },
      body: { title: 'Build the engine', description: 'Analytical, this time' },
    });
    expect(task.response.status).toBe(201);
    const list = await api.GET('/api/accounts/{account_id}/tasks', { params: { path } });
    expect(list.data).toMatchObject({ total_count: 1 });
    const gone = await api.DELETE('/api/accounts/{account_id}', { params: { path } });
    expect(gone.response.status).toBe(204);
  });

  it('returns errors with their code', async () => {
    const api = createApiClient({ baseUrl });

    const { error } = await api.POST('/api/access-tokens', {
      body: { username: 'nobody', password: 'wrong' },
    });

    expect(error).toMatchObject({ code: 'ACCOUNT_ERR_03' });
  });

  it('lives on when its access token expires, with one refresh for many requests', async () => {
    const changes: (ApiTokens | undefined)[] = [];
    const { api, path } = await signUpAndLogIn('grace', changes);
    await untilExpired(api.tokens()!.token, path.account_id);
    changes.length = 0;

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.GET('/api/accounts/{account_id}', { params: { path } })),
    );

    expect(answers.map(({ response }) => response.status)).toEqual(Array(10).fill(200));
    expect(changes).toHaveLength(1);
  });
});
