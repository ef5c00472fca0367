import { createApiClient, type ApiClient } from '@org/api-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeServer } from './fake-server.ts';

const baseUrl = 'http://api.test';
const fault = new Error('The page is at fault.');
let server: FakeServer;
let reported: unknown[];

beforeEach(() => {
  server = new FakeServer();
  reported = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function fail(): never {
  throw fault;
}

function openTokenClient(): ApiClient {
  const tokens = server.logIn('ada');
  return createApiClient({ baseUrl, tokens, fetch: server.fetch, onTokensChanged: fail });
}

async function read(api: ApiClient): Promise<number> {
  const params = { path: { account_id: 'ada' } };
  return (await api.GET('/api/accounts/{account_id}', { params })).response.status;
}

describe('a callback that throws', () => {
  it('does not reject a request that refreshed, nor a sign-out', async () => {
    const api = openTokenClient();
    server.expire();

    expect(await read(api)).toBe(200);
    expect(await api.signOut()).toBe(true);
    expect(() => api.setTokens(undefined)).not.toThrow();
    expect(reported).toEqual([fault, fault, fault]);
  });

  it('does not reject a log-in by cookie, nor a sign-out', async () => {
    const api = createApiClient({
      baseUrl,
      session: 'cookie',
      fetch: async () => Response.json({ account_id: 'ada' }),
      onSessionChanged: fail,
    });
    const body = { username: 'ada', password: 'secret' };

    expect((await api.POST('/api/sessions', { body })).response.status).toBe(200);
    expect(await api.signOut()).toBe(true);
    expect(reported).toEqual([fault, fault]);
  });

  it('is an uncaught error where nothing reports errors', async () => {
    vi.stubGlobal('reportError', undefined);
    const queued: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (task: () => void) => queued.push(task));
    const api = openTokenClient();

    expect(await api.signOut()).toBe(true);

    expect(queued).toHaveLength(1);
    expect(queued[0]).toThrow(fault);
  });
});
