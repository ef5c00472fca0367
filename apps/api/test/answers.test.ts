import { randomBytes } from 'node:crypto';

import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { announceReadiness } from '../src/banner.ts';
import { composeProgramBackend, type ProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';
import { buildServer } from '../src/server.ts';

const logger = createLogger('silent');
const readiness = new Readiness();
readiness.announce();
const ada = { first_name: 'Ada', last_name: '', username: 'ada', password: 'analytical engine' };
let throwaway: ThrowawayDatabase;
let backend: ProgramBackend;
let app: FastifyInstance;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  const config = readConfig({});
  backend = composeProgramBackend({ config, database, secretKey: randomBytes(32), logger });
  await backend.initialize();
  app = await build({});
});
afterAll(async () => {
  await app.close();
  await throwaway.remove();
});

function build(environment: Record<string, string>): Promise<FastifyInstance> {
  const config = readConfig(environment);
  return buildServer({ config, backend, readiness, logger });
}

async function logIn(server = app): Promise<{ id: string; headers: Record<string, string> }> {
  await server.inject({ method: 'POST', url: '/api/accounts', payload: ada });
  const login = await server.inject({ method: 'POST', url: '/api/access-tokens', payload: ada });
  const { account_id: id, token } = login.json<{ account_id: string; token: string }>();
  return { id, headers: { authorization: `Bearer ${token}` } };
}

describe('what a cache may keep', () => {
  it('is the key set and the document of the API', async () => {
    for (const url of ['/.well-known/jwks.json', '/api/openapi.json']) {
      expect((await app.inject(url)).headers['cache-control']).toBe('public, max-age=300');
    }
  });

  it('is no answer with personal data, and no error', async () => {
    const { id, headers } = await logIn();
    const account = `/api/accounts/${id}`;
    const requests = [
      ['GET', account],
      ['GET', `${account}/sessions`],
      ['GET', `${account}/export`],
      ['GET', `${account}/push-subscriptions`],
      ['GET', `${account}/tasks`],
      ['PATCH', account, { first_name: 'Augusta' }],
      ['PATCH', `${account}/notification-preferences`, { sms_enabled: true }],
      ['POST', '/api/accounts', { phone_number: { country_code: '+91', phone_number: '9' } }],
      ['POST', '/api/accounts', { ...ada, username: 'grace' }],
      ['POST', '/api/access-tokens', ada],
      ['POST', '/api/password-reset-tokens', { username: 'ada' }],
      ['GET', '/api/accounts/foreign'],
      ['GET', '/nowhere'],
    ] as const;

    for (const [method, url, payload] of requests) {
      const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
      expect([url, answer.headers['cache-control']]).toEqual([url, 'no-store']);
    }
  });
});

describe('Clear-Site-Data', () => {
  it.each([
    ['/api/access-tokens/current', undefined],
    ['/api/accounts/:id/sessions', undefined],
    ['/api/accounts/:id/sessions?except_current=true', 'none'],
    ['/api/accounts/:id/sessions/64b000000000000000000001', 'none'],
    ['/api/accounts/:id/sessions/:current', undefined],
    ['/api/accounts/:id', undefined],
  ])('comes with the end of the session of the request: DELETE %s', async (path, expected) => {
    const { id, headers } = await logIn();
    const list = await app.inject({ url: `/api/accounts/${id}/sessions`, headers });
    const { items } = list.json<{ items: { id: string; current: boolean }[] }>();
    const current = items.find((session) => session.current)!.id;
    const url = path.replace(':id', id).replace(':current', current);

    const answer = await app.inject({ method: 'DELETE', url, headers });

    expect(answer.statusCode).toBe(204);
    expect(answer.headers['clear-site-data'] ?? 'none').toBe(expected ?? '"cache"');
  });

  it.each([
    ['/api/sessions/current', 'session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
    ['/api/access-tokens/current', 'session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
    ['/api/accounts/:id/sessions', 'session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
    ['/api/accounts/:id/sessions?except_current=true', undefined],
    ['/api/accounts/:id', 'session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
  ])('comes with a cleared cookie where that has the session: DELETE %s', async (path, cleared) => {
    const { id } = await logIn();
    const ownPage = { host: 'localhost', 'sec-fetch-site': 'same-origin' };
    const begun = await app.inject({
      method: 'POST',
      url: '/api/sessions',
      headers: ownPage,
      payload: ada,
    });
    const cookies = Object.fromEntries(begun.cookies.map(({ name, value }) => [name, value]));

    const url = path.replace(':id', id);
    const answer = await app.inject({ method: 'DELETE', url, headers: ownPage, cookies });

    expect(answer.statusCode).toBe(204);
    expect([answer.headers['set-cookie']].flat()).toEqual([cleared]);
    expect(answer.headers['clear-site-data']).toBe(cleared === undefined ? undefined : '"cache"');
  });

  it('clears more where it is set to', async () => {
    const server = await build({ CLEAR_SITE_DATA: 'storage, cookies' });
    const { headers } = await logIn(server);

    const url = '/api/access-tokens/current';
    const answer = await server.inject({ method: 'DELETE', url, headers });

    expect(answer.headers['clear-site-data']).toBe('"cache", "storage", "cookies"');
    await server.close();
  });
});

describe('/api/docs', () => {
  it('has a title, a viewport, and no wish for https', async () => {
    for (const url of ['/api/docs', '/api/docs/']) {
      const { statusCode, headers, body } = await app.inject(url);

      expect(statusCode).toBe(200);
      expect(body).toContain('<title>Org API</title>');
      expect(body).toContain('<meta name="viewport"');
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    }
  });

  it.each(['/api/docs/nowhere', '/api/docs/static/nowhere.js'])(
    "answers %s in the contract's shape",
    async (url) => {
      const answer = await app.inject(url);

      expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'REQUEST_ERR_404' }]);
    },
  );

  it('is not there where it is off; the document is', async () => {
    const server = await build({ API_DOCS: 'off' });

    for (const url of ['/api/docs', '/api/docs/', '/api/docs/static/swagger-ui.css']) {
      expect((await server.inject(url)).json()).toMatchObject({ code: 'REQUEST_ERR_404' });
    }
    expect((await server.inject('/api/openapi.json')).statusCode).toBe(200);
    await server.close();
  });

  it('shows a named example for each form of each body', async () => {
    const { paths } = (await app.inject('/api/openapi.json')).json<{
      paths: Record<string, Record<string, Operation>>;
    }>();
    const bodies = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ requestBody }) => requestBody?.content['application/json'] ?? []);

    expect(bodies.length).toBeGreaterThan(5);
    for (const { schema, examples } of bodies) {
      const forms = schema.anyOf?.map(({ title }) => title) ?? ['Example'];
      expect(Object.keys(examples ?? {})).toEqual(forms);
      expect(Object.values(examples ?? {}).map(({ value }) => typeof value)).toEqual(
        forms.map(() => 'object'),
      );
    }
  });
});

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
}

interface MediaType {
  readonly schema: { readonly anyOf?: readonly { readonly title?: string }[] };
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

describe(announceReadiness, () => {
  const describeWith = (environment: Record<string, string>) => {
    const lines: string[] = [];
    const report = (line: string): unknown => lines.push(line);
    announceReadiness('http://127.0.0.1:8080', readConfig(environment), report);
    return lines.join('\n');
  };

  it.each(['0.0.0.0', '::', '192.168.0.7', 'laptop.example'])(
    'warns in development of listening on %s',
    (host) => {
      expect(describeWith({ HOST: host })).toContain(`Warning: HOST=${host} lets other machines`);
    },
  );

  it.each(['127.0.0.1', '127.0.1.1', 'localhost', '::1'])('does not warn of %s', (host) => {
    expect(describeWith({ HOST: host })).not.toContain('Warning: HOST');
  });

  it('tells of cookies without TLS, which production has none of', () => {
    const production = {
      NODE_ENV: 'production',
      MONGODB_URI: 'mongodb://127.0.0.1/org',
      SECRET_KEY: randomBytes(32).toString('base64'),
      WEB_APP_URL: 'https://app.example.com',
      EMAIL_PROVIDER: 'smtp',
      EMAIL_FROM: 'no-reply@example.com',
      SMTP_URL: 'smtp://127.0.0.1:1',
    };
    expect(describeWith({})).toContain('session cookies also work without TLS');
    expect(describeWith(production)).not.toContain('cookie');
  });

  it('warns of a code that logs in everyone', () => {
    expect(describeWith({ OTP_TEST_CODE: '123456' })).toContain('Warning: OTP_TEST_CODE');
  });
});
