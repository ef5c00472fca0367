import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { listen, type TestServer } from './server.ts';

const ORIGIN = 'https://app.example.com';
let server: TestServer;

beforeAll(async () => {
  server = await listen(addRoutes, { allowedOrigins: [ORIGIN, 'http://localhost:3000'] });
});
afterAll(async () => {
  await server.app.close();
});

function addRoutes(app: FastifyInstance): void {
  app.patch('/things/:id', async () => ({}));
}

function ask(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(server.address + path, { method: 'OPTIONS', headers });
}

describe('a preflight', () => {
  it.each([
    ['/things/1', 'PATCH'],
    ['/things/1', 'PUT'],
    ['/nowhere', 'DELETE'],
    ['/things/%ff', 'PATCH'],
  ])('of an allowed page is granted, so that it reads what %s says to %s', async (path, method) => {
    const response = await ask(path, {
      origin: 'http://localhost:3000',
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    });

    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': expect.stringContaining(method),
      'access-control-allow-headers': 'authorization, content-type, idempotency-key',
      vary: 'Origin',
    });
  });

  it.each([
    ['no origin', undefined],
    ['another origin', 'https://app.example.com.evil.com'],
    ['another scheme', 'http://app.example.com'],
    ['another port', 'http://localhost:3001'],
    ['an opaque origin', 'null'],
    ['a name of Object', 'constructor'],
  ])('with %s is an OPTIONS like any other', async (_what, origin) => {
    const response = await ask('/things/1', {
      ...(origin === undefined ? {} : { origin }),
      'access-control-request-method': 'PATCH',
    });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('PATCH');
    expect(response.headers.get('vary')).toBe('Origin');
    const names = [...response.headers.keys()];
    expect(names.filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('an answer', () => {
  it.each([
    [ORIGIN, ORIGIN, 'true'],
    ['https://evil.example.net', null, null],
    ['null', null, null],
  ])(
    'to a page of %s is readable for %s, with cookies %s',
    async (origin, allowed, credentials) => {
      for (const path of ['/things/1', '/nowhere']) {
        const response = await fetch(server.address + path, {
          method: 'PATCH',
          headers: { origin },
        });

        expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
        expect(response.headers.get('access-control-allow-credentials')).toBe(credentials);
      }
    },
  );
});
