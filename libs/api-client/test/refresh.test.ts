import {
  createApiClient,
  webStorage,
  type ApiClient,
  type ApiTokens,
  type TokenStorage,
} from '@org/api-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeStorage } from './fake-browser.ts';
import { FakeServer } from './fake-server.ts';

const baseUrl = 'http://api.test';
const REFRESH = 'POST /api/access-tokens';
const path = { account_id: 'ada' };
let server: FakeServer;
let changes: (ApiTokens | undefined)[];
let tokens: ApiTokens;
let api: ApiClient;

beforeEach(() => {
  server = new FakeServer();
  tokens = server.logIn('ada');
  changes = [];
  api = makeClient();
});
afterEach(() => {
  vi.restoreAllMocks();
});

function makeClient(storage?: TokenStorage): ApiClient {
  return createApiClient({
    baseUrl,
    tokens,
    fetch: server.fetch,
    ...(storage && { storage }),
    onTokensChanged: (changed) => changes.push(changed),
  });
}

/** What the next answers are, after the refusal of the request itself. */
function failRefreshesWith(...failures: readonly (Error | number)[]): void {
  const held = server.hold(REFRESH, 'sent');
  void held.reached.then(() => {
    server.failures.push(...failures);
    held.release();
  });
}

async function read(client = api) {
  return client.GET('/api/accounts/{account_id}', { params: { path } });
}

describe('a refresh that fails', () => {
  const lost = new TypeError('fetch failed');

  it.each([
    ['503 twice', [503, 503], 503],
    ['502 and then 504', [502, 504], 504],
    ['429', [429], 429],
    ['a lost connection, then 500', [lost, 500], 500],
    ['403', [403], 403],
  ])('with %s logs nobody out; all who wait get the answer', async (_, failures, status) => {
    server.expire();
    failRefreshesWith(...failures);

    const answers = await Promise.all([read(), read(), read()]);

    expect(answers.map(({ response }) => response.status)).toEqual([status, status, status]);
    expect(answers.map(({ error }) => error)).toEqual(Array(3).fill({ code: 'FAILED' }));
    expect(api.tokens()).toEqual(tokens);
    expect(changes).toEqual([]);
    expect(server.presented).toHaveLength(failures.length);
    expect((await read()).response.status).toBe(200);
  });

  it('since the server cannot be reached rejects as fetch does, and keeps the tokens', async () => {
    server.expire();
    failRefreshesWith(lost, lost);

    const answers = await Promise.allSettled([read(), read()]);

    expect(answers).toEqual(Array(2).fill({ status: 'rejected', reason: lost }));
    expect(api.tokens()).toEqual(tokens);
    expect((await read()).response.status).toBe(200);
    expect(server.warnings).toBe(0);
  });

  it.each([[lost], [504]])(
    'with %s after the exchange gets the answer once more',
    async (failure) => {
      server.expire();
      failRefreshesWith(failure);

      expect((await read()).response.status).toBe(200);
      server.now += 60_000;
      expect((await read()).response.status).toBe(200);
      server.expire();
      expect((await read()).response.status).toBe(200);
      expect(server.warnings).toBe(0);
    },
  );

  it('does not try again with a token that another tab has exchanged meanwhile', async () => {
    const area = new FakeStorage();
    const [first, second] = [
      makeClient(webStorage(() => area)),
      makeClient(webStorage(() => area)),
    ];
    server.expire();
    failRefreshesWith(lost);
    const held = server.hold(REFRESH, 'answered');
    const late = read(first);
    await held.reached;
    await read(second);
    server.expire();
    await read(second);
    held.release();

    expect((await late).response.status).toBe(200);
    expect(server.presented.map((token) => token.split('.')[1])).toEqual(['0', '0', '1']);
    expect(server.warnings).toBe(0);
  });

  it('with 401 ends the session', async () => {
    await makeClient().signOut();
    changes = [];

    expect((await read()).response.status).toBe(401);
    expect(api.tokens()).toBeUndefined();
    expect(changes).toEqual([undefined]);
  });
});

describe('a refresh whose answer hangs', () => {
  const lost = new TypeError('fetch failed');
  /** One for each time limit, in the order of the exchanges. */
  let limits: AbortController[];
  let milliseconds: number[];
  /** What the clocks of the computer show. */
  let wall: number;
  let monotonic: number;

  beforeEach(() => {
    limits = [];
    milliseconds = [];
    wall = Date.UTC(2026, 0);
    monotonic = 0;
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((limitMilliseconds) => {
      const limit = new AbortController();
      limits.push(limit);
      milliseconds.push(limitMilliseconds);
      return limit.signal;
    });
    vi.spyOn(Date, 'now').mockImplementation(() => wall);
    vi.spyOn(performance, 'now').mockImplementation(() => monotonic);
    server.expire();
  });

  it('is given up after ten seconds, and gets the answer once more', async () => {
    const held = server.hold(REFRESH, 'answered');
    const answer = read();
    await held.reached;

    limits[0]!.abort(new DOMException('signal timed out', 'TimeoutError'));

    expect((await answer).response.status).toBe(200);
    expect(milliseconds).toEqual([10_000, 10_000]);
    expect(server.presented).toEqual([tokens.refreshToken, tokens.refreshToken]);
    expect(server.warnings).toBe(0);
  });

  it('rejects as fetch does when both hang, and keeps the tokens', async () => {
    const holds = [server.hold(REFRESH, 'answered'), server.hold(REFRESH, 'answered')];
    const timeout = new DOMException('signal timed out', 'TimeoutError');
    const answer = expect(read()).rejects.toBe(timeout);
    for (const [index, held] of holds.entries()) {
      await held.reached;
      limits[index]!.abort(timeout);
    }

    await answer;
    expect(api.tokens()).toEqual(tokens);
    expect(changes).toEqual([]);
  });

  it.each([
    ['20 s later', 20_000, 20_000, 2],
    ['more than 20 s later: the second might arrive after 30 s', 20_001, 20_001, 1],
    ['after a sleep in which the monotonic clock stood still', 3_600_000, 5, 1],
    ['after the wall clock was set back', -3_600_000, 40_000, 1],
  ])('and is lost %s', async (_, wallTime, monotonicTime, exchanges) => {
    failRefreshesWith(lost);
    const held = server.hold(REFRESH, 'answered');
    const answer = read();
    await held.reached;
    wall += wallTime;
    monotonic += monotonicTime;
    server.now += Math.max(wallTime, monotonicTime);
    held.release();

    const [{ status }] = await Promise.allSettled([answer]);

    expect(status).toBe(exchanges === 2 ? 'fulfilled' : 'rejected');
    expect(server.presented).toHaveLength(exchanges);
    expect(server.isAlive(tokens)).toBe(true);
    expect(server.warnings).toBe(0);
    expect(changes).toHaveLength(exchanges - 1);
    expect(api.tokens()).toEqual(changes[0] ?? tokens);
  });
});

describe('a refused request', () => {
  it('is sent again with a body that is a stream', async () => {
    server.expire();
    const parts = ['{"first_name":', '"Ada"}'].map((part) => new TextEncoder().encode(part));
    const { response } = await api.PATCH('/api/accounts/{account_id}', {
      params: { path },
      body: {},
      bodySerializer: () => ReadableStream.from(parts),
      duplex: 'half',
    });

    expect(response.status).toBe(200);
    expect(server.bodies).toEqual(['{"first_name":"Ada"}', '{"first_name":"Ada"}']);
  });

  it('is not sent again if another account is asked for', async () => {
    const params = { path: { account_id: 'grace' } };

    expect((await api.GET('/api/accounts/{account_id}', { params })).response.status).toBe(401);
    expect(server.presented).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('is sent no more than three times', async () => {
    const clients: ApiClient = createApiClient({
      baseUrl,
      tokens,
      fetch: async (input) => {
        // The server's clock is far ahead: every token has expired.
        server.expire();
        return server.fetch(input);
      },
    });

    expect((await read(clients)).response.status).toBe(401);
    expect(server.requests).toHaveLength(3);
    expect(clients.tokens()).toBeDefined();
  });

  it('is not sent again with tokens that name no session', async () => {
    api.setTokens({ token: 'opaque', refreshToken: tokens.refreshToken });

    expect((await read()).response.status).toBe(401);
  });
});

describe('tokens that are set while a refresh is under way', () => {
  it.each([
    ['none', () => undefined],
    ['those of another account', () => server.logIn('grace')],
  ])('are kept: %s', async (_, logIn) => {
    server.expire();
    const held = server.hold(REFRESH, 'answered');
    const late = read();
    await held.reached;
    const set = logIn();
    api.setTokens(set);
    held.release();

    expect((await late).response.status).toBe(401);
    expect(api.tokens()).toEqual(set);
  });
});

describe('signing out', () => {
  it('ends the session on the server, also with an expired token', async () => {
    server.expire();

    expect(await api.signOut()).toBe(true);
    expect(server.isAlive(tokens)).toBe(false);
    expect(api.tokens()).toBeUndefined();
    expect(changes).toEqual([undefined]);
  });

  it('tells if the server cannot be reached or fails, and forgets the tokens all the same', async () => {
    server.failures.push(new TypeError('fetch failed'));
    expect(await api.signOut()).toBe(false);
    expect(api.tokens()).toBeUndefined();

    api = makeClient();
    server.failures.push(503);
    expect(await api.signOut()).toBe(false);

    api = makeClient();
    server.expire();
    failRefreshesWith(503);
    expect(await api.signOut()).toBe(false);
  });

  it('is sent before anybody is told, who may leave the page', async () => {
    const order: string[] = [];
    const client = createApiClient({
      baseUrl,
      tokens,
      fetch: async (input) => {
        order.push((input as Request).method);
        return server.fetch(input);
      },
      onTokensChanged: () => order.push('told'),
    });

    await client.signOut();

    expect(order).toEqual(['DELETE', 'told']);
  });

  it('is done when nobody is signed in, or the session has ended', async () => {
    await makeClient().signOut();
    expect(await api.signOut()).toBe(true);
    expect(await api.signOut()).toBe(true);
  });
});

describe('given tokens', () => {
  it('are taken only if none are stored', async () => {
    const area = new FakeStorage();
    const newer = server.logIn('grace');
    webStorage(() => area).write(newer);

    expect(makeClient(webStorage(() => area)).tokens()).toEqual(newer);
    expect(makeClient(webStorage(() => new FakeStorage())).tokens()).toEqual(tokens);
  });
});
