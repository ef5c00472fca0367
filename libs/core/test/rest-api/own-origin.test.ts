import {
  assertOwnOrigin,
  clearSiteData,
  defineRoute,
  isFromOwnPage,
  onSessionEnd,
  registerRoutes,
  trustProxies,
  type AccountGuard,
} from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';
import * as Type from 'typebox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { listen, sendRaw, type TestServer } from './server.ts';

const OWN = 'http://app.example.com';
const PUBLIC = 'https://api.example.com';
const ALLOWED = 'https://web.example.com';
const FOREIGN = 'https://evil.example.net';

const route = defineRoute({
  method: 'POST',
  path: '/things',
  operationId: 'createThing',
  summary: 'Create',
  tag: 'test',
  access: 'anyone',
  fromOwnOrigin: true,
  reply: { status: 201, schema: Type.Object({}) },
});

function addRoutes(app: FastifyInstance, guard?: AccountGuard): void {
  const handlers = { route: async () => ({}) };
  registerRoutes(app, { route }, guard === undefined ? { handlers } : { handlers, guard });
}

interface Sent {
  readonly site?: string | undefined;
  readonly origin?: string | undefined;
  readonly type?: string;
  readonly more?: string;
}

async function post(server: TestServer, { site, origin, type, more = '' }: Sent) {
  const headers = [
    'host: app.example.com',
    'connection: close',
    ...(site === undefined ? [] : [`sec-fetch-site: ${site}`]),
    ...(origin === undefined ? [] : [`origin: ${origin}`]),
    ...(type === undefined ? [] : [`content-type: ${type}`, 'content-length: 2']),
  ];
  const body = type === undefined ? '' : '{}';
  const head = `POST /things HTTP/1.1\r\n${headers.join('\r\n')}\r\n${more}\r\n`;
  const answer = await sendRaw(server.address, head + body);
  return { status: Number(answer.split(' ')[1]), answer };
}

describe('a route for pages of its own', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await listen(addRoutes, { allowedOrigins: [ALLOWED], ownOrigin: PUBLIC });
  });
  afterAll(async () => {
    await server.app.close();
  });

  const sites = [
    'same-origin',
    'same-site',
    'cross-site',
    'none',
    undefined,
    'same-origin, cross-site',
  ];
  const origins = [
    [OWN, true],
    [PUBLIC, true],
    [ALLOWED, true],
    [FOREIGN, false],
    ['null', false],
    ['https://app.example.com', false],
    ['http://app.example.com:8080', false],
    ['http://app.example.com.evil.example.net', false],
    [`${OWN}/`, false],
    [`${OWN}, ${FOREIGN}`, false],
    [undefined, false],
  ] as const;
  const table = sites.flatMap((site) =>
    origins.map(([origin, isOurs]) => {
      const status = site === 'same-origin' || isOurs ? 201 : 403;
      return [site, origin, status] as const;
    }),
  );

  it.each(table)('answers Sec-Fetch-Site %s, Origin %s with %i', async (site, origin, status) => {
    expect(await post(server, { site, origin })).toMatchObject({ status });
  });

  it('refuses two Origin headers', async () => {
    const more = `origin: ${OWN}\r\n`;
    expect(await post(server, { origin: OWN, more })).toMatchObject({ status: 403 });
  });

  it('refuses in the shape of every error', async () => {
    const { answer } = await post(server, { site: 'cross-site', origin: FOREIGN });

    expect(answer).toContain('"code":"REQUEST_ERR_403"');
    expect(answer).toContain('content-type: application/json');
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'refuses before it looks at a body of type %s',
    async (type) => {
      expect(await post(server, { site: 'cross-site', type })).toMatchObject({ status: 403 });
    },
  );

  it('looks at a body that one of its own pages sends', async () => {
    const sent = { site: 'same-origin', type: 'text/plain' };
    expect(await post(server, sent)).toMatchObject({ status: 415 });
  });
});

describe("the server's own origin", () => {
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.app.close();
  });

  it('is what trusted proxies say', async () => {
    server = await listen(addRoutes, { trustProxy: trustProxies(['127.0.0.0/8']) });
    const more = 'x-forwarded-proto: https\r\nx-forwarded-host: www.example.com\r\n';

    expect(await post(server, { origin: 'https://www.example.com', more })).toMatchObject({
      status: 201,
    });
    expect(await post(server, { origin: OWN, more })).toMatchObject({ status: 403 });
  });

  it('is not what anyone else says', async () => {
    server = await listen(addRoutes);
    const more = 'x-forwarded-proto: https\r\nx-forwarded-host: www.example.com\r\n';

    expect(await post(server, { origin: 'https://www.example.com', more })).toMatchObject({
      status: 403,
    });
    expect(await post(server, { origin: OWN, more })).toMatchObject({ status: 201 });
  });

  it('is checked by the guard if that has its own way', async () => {
    const checked: string[] = [];
    const guard: AccountGuard = Object.assign(async () => undefined, {
      ownOrigin: async (request: Parameters<typeof assertOwnOrigin>[0]) => {
        checked.push(request.url);
        assertOwnOrigin(request);
      },
    });
    server = await listen((app) => addRoutes(app, guard));

    expect(await post(server, { origin: FOREIGN })).toMatchObject({ status: 403 });
    expect(checked).toEqual(['/things']);
  });
});

describe(isFromOwnPage, () => {
  it('knows the headers of any server', () => {
    expect(isFromOwnPage({ origin: OWN }, OWN, {})).toBe(true);
    expect(isFromOwnPage({ 'sec-fetch-site': 'same-origin' }, OWN, {})).toBe(true);
    expect(isFromOwnPage({ 'sec-fetch-site': ['same-origin', 'none'] }, OWN, {})).toBe(false);
    expect(isFromOwnPage({}, OWN, {})).toBe(false);
  });

  it('takes no page without TLS for its own where the host has TLS in public', () => {
    const ownOrigin = 'https://app.example.com';
    expect(isFromOwnPage({ origin: OWN }, OWN, { ownOrigin })).toBe(false);
    expect(isFromOwnPage({ origin: ownOrigin }, OWN, { ownOrigin })).toBe(true);
    expect(isFromOwnPage({ origin: ownOrigin }, ownOrigin, { ownOrigin })).toBe(true);
    expect(isFromOwnPage({ origin: OWN }, OWN, { ownOrigin: PUBLIC })).toBe(true);
  });
});

describe(onSessionEnd, () => {
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.app.close();
  });

  it('says how a browser forgets the session, where the request ends it', async () => {
    server = await listen((app) => {
      const remember = async (request: Parameters<typeof onSessionEnd>[0]) =>
        onSessionEnd(request, (reply) => void reply.header('set-cookie', 'a=; Max-Age=0'));
      app.delete('/ended', { onRequest: remember }, async (_request, reply) => {
        clearSiteData(reply);
        return {};
      });
      app.delete('/kept', { onRequest: remember }, async () => ({}));
    });

    const [ended, kept] = await Promise.all(
      ['/ended', '/kept'].map((path) => fetch(server!.address + path, { method: 'DELETE' })),
    );

    expect(ended!.headers.get('set-cookie')).toBe('a=; Max-Age=0');
    expect(ended!.headers.get('clear-site-data')).toBe('"cache"');
    expect(kept!.headers.get('set-cookie')).toBeNull();
  });
});
