import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createApiClient, type ApiTokens } from '@org/api-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const account = '64b000000000000000000001';
/** An access token of one session, which the server takes for good or not. */
const tokenOf = (name: number | string): string =>
  `header.${btoa(JSON.stringify({ sub: account, sid: 'session', name })).replaceAll('=', '')}.signature`;
/** Tokens that the server takes; a refresh token is good for one use. */
let goodToken: string;
let goodRefreshToken: string;
let refreshes: number;
let bodies: string[];
let server: Server;
let baseUrl: string;

beforeEach(async () => {
  goodToken = tokenOf(0);
  goodRefreshToken = 'refresh-0';
  refreshes = 0;
  bodies = [];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks = await request.toArray();
  return Buffer.concat(chunks as Buffer[]).toString();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const send = (status: number, value: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  if (request.url === '/api/access-tokens') {
    const { refresh_token: presented } = JSON.parse(body) as { refresh_token: string };
    if (presented !== goodRefreshToken) {
      send(401, { code: 'ACCESS_TOKEN_ERR_05', message: 'no' });
      return;
    }
    refreshes += 1;
    goodToken = tokenOf(refreshes);
    goodRefreshToken = `refresh-${refreshes}`;
    send(201, { token: goodToken, refresh_token: goodRefreshToken });
    return;
  }
  bodies.push(body);
  const isGood = request.headers.authorization === `Bearer ${goodToken}`;
  send(isGood ? 200 : 401, isGood ? { id: account } : { code: 'ACCESS_TOKEN_ERR_02' });
}

function read(client: ReturnType<typeof createApiClient>) {
  return client.GET('/api/accounts/{account_id}', { params: { path: { account_id: account } } });
}

const expired: ApiTokens = { token: tokenOf('expired'), refreshToken: 'refresh-0' };

describe(createApiClient, () => {
  it('sends no token where there is none, and returns the refusal', async () => {
    const { response, error } = await read(createApiClient({ baseUrl }));

    expect(response.status).toBe(401);
    expect(error).toMatchObject({ code: 'ACCESS_TOKEN_ERR_02' });
    expect(refreshes).toBe(0);
  });

  it('sends the token of the session', async () => {
    const client = createApiClient({ baseUrl });
    client.setTokens({ token: tokenOf(0), refreshToken: 'refresh-0' });

    expect((await read(client)).data).toEqual({ id: account });
    expect(refreshes).toBe(0);
  });

  it('refreshes an expired token, tells of the new ones, and sends the request again', async () => {
    const changes: (ApiTokens | undefined)[] = [];
    const client = createApiClient({
      baseUrl,
      tokens: expired,
      onTokensChanged: (tokens) => changes.push(tokens),
    });

    const { response } = await client.PATCH('/api/accounts/{account_id}', {
      params: { path: { account_id: account } },
      body: { first_name: 'Ada' },
    });

    expect(response.status).toBe(200);
    expect(bodies).toEqual(['{"first_name":"Ada"}', '{"first_name":"Ada"}']);
    expect(changes).toEqual([{ token: tokenOf(1), refreshToken: 'refresh-1' }]);
    expect(client.tokens()).toEqual(changes[0]);
  });

  it('refreshes once for many requests that are refused at once', async () => {
    const client = createApiClient({ baseUrl, tokens: expired });

    const answers = await Promise.all(Array.from({ length: 20 }, () => read(client)));

    expect(answers.map(({ response }) => response.status)).toEqual(Array(20).fill(200));
    expect(refreshes).toBe(1);
  });

  it('gives the session up when the refresh token is refused', async () => {
    const changes: (ApiTokens | undefined)[] = [];
    const client = createApiClient({
      baseUrl,
      tokens: { ...expired, refreshToken: 'stale' },
      onTokensChanged: (tokens) => changes.push(tokens),
    });

    const answers = await Promise.all(Array.from({ length: 5 }, () => read(client)));

    expect(answers.map(({ response }) => response.status)).toEqual(Array(5).fill(401));
    expect(changes).toEqual([undefined]);
    expect(client.tokens()).toBeUndefined();
  });

  it('leaves a token alone that the caller sends', async () => {
    const client = createApiClient({ baseUrl, tokens: expired });

    const { response } = await client.GET('/api/accounts/{account_id}', {
      params: { path: { account_id: account } },
      headers: { authorization: 'Bearer other' },
    });

    expect(response.status).toBe(401);
    expect(refreshes).toBe(0);
  });
});
