import { TestBackend } from '@org/backend/testing';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { send } from '../client.ts';
import { AdminDesk, reason, type Person } from './admin-desk.ts';

const MINUTE = 60_000;

interface FoundRoute {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
}

let desk: AdminDesk;
let nobody: Person;
let routes: readonly FoundRoute[];

/** Every route of the administration, each with ids that nothing has. */
async function findRoutes(test: TestBackend): Promise<readonly FoundRoute[]> {
  const app = fastify();
  const found: FoundRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat().filter((each) => each !== 'HEAD' && each !== 'OPTIONS');
    const path = url.replace(/^\/api/, '').replaceAll(/:\w+/g, '64b00000000000000000000a');
    if (url.startsWith('/api/admin/')) {
      found.push(...methods.map((each) => ({ method: each as FoundRoute['method'], path })));
    }
  });
  await app.register(test.backend.plugin);
  await app.ready();
  await app.close();
  return found;
}

beforeAll(async () => {
  desk = await AdminDesk.start();
  nobody = await desk.person();
  routes = await findRoutes(desk.test);
});
afterAll(() => desk.close());

describe('every route of the administration', () => {
  const body = { reason };

  it('is found by these tests, and changes nothing by DELETE or PUT', () => {
    expect(routes.length).toBeGreaterThan(20);
    const methods = new Set(routes.map(({ method }) => method));
    expect([...methods].toSorted()).toEqual(['GET', 'PATCH', 'POST']);
  });

  it('answers 401 without a login', async () => {
    for (const { method, path } of routes) {
      const answer = await send(method, `${desk.api}${path}`, method === 'GET' ? {} : { body });

      expect([path, answer.status, answer.body]).toMatchObject([
        path,
        401,
        { code: 'ACCESS_TOKEN_ERR_03' },
      ]);
    }
  });

  it('answers 403 without the permission, before anything else is looked at', async () => {
    for (const { method, path } of routes) {
      const { token } = nobody;
      const answer = await send(method, `${desk.api}${path}`, {
        token,
        ...(method === 'GET' ? {} : { body: {} }),
      });

      expect([path, answer.status, answer.body]).toMatchObject([
        path,
        403,
        { code: 'ACCESS_TOKEN_ERR_09' },
      ]);
    }
  });

  it('makes no change for a page of another site', async () => {
    const { headers } = await desk.test.logInByCookie(desk.admin);
    for (const { method, path } of routes.filter((route) => route.method !== 'GET')) {
      const response = await fetch(`${desk.api}${path}`, {
        method,
        headers: { ...headers, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });

      expect([path, response.status, await response.json()]).toMatchObject([
        path,
        403,
        { code: 'REQUEST_ERR_403' },
      ]);
    }
  });

  it.each([
    ['none', {}],
    ['an empty one', { reason: '' }],
    ['a blank one', { reason: ' \n ' }],
    ['a number', { reason: 5 }],
    ['null', { reason: null }],
    ['one of 501 characters', { reason: '🙂'.repeat(501) }],
  ])('makes no change whose reason is %s', async (_what, refused) => {
    for (const { method, path } of routes.filter((route) => route.method !== 'GET')) {
      const { token } = desk.admin;
      const answer = await send(method, `${desk.api}${path}`, {
        token,
        // Whatever else the route needs.
        body: { ...fieldsOf(path), ...refused },
      });

      expect([path, answer.status, answer.body]).toMatchObject([
        path,
        400,
        { code: 'ADMIN_ERR_01', message: expect.stringContaining('reason') as string },
      ]);
    }
  });

  it('asks for a recent authentication where it changes something, and only there', async () => {
    const stale = await desk.person('admin');
    desk.test.clock.advance(11 * MINUTE);
    for (const { method, path } of routes) {
      const { token } = stale;
      const answer = await send(method, `${desk.api}${path}`, {
        token,
        ...(method === 'GET' ? {} : { body: {} }),
      });

      if (method === 'GET') {
        expect([path, answer.status]).not.toEqual([path, 403]);
      } else {
        expect([path, answer.status, answer.body]).toMatchObject([
          path,
          403,
          { code: 'ACCESS_TOKEN_ERR_08' },
        ]);
      }
    }
  });
});

/** What a route needs besides a reason. */
function fieldsOf(path: string): object {
  if (path === '/admin/webhooks') {
    return { url: 'http://127.0.0.1:9/', events: ['account.created'] };
  }
  const role = { name: 'one', permissions: [], role: 'support' };
  return { description: 'Billing', channel: 'email', email: 'ada@example.com', ...role };
}

describe('recent authentication', () => {
  it('is asked of operators also where it is switched off for clients of before', async () => {
    const settings = { authentication: { requiresRecentAuthentication: false } };
    const lenient = await AdminDesk.start(settings);
    lenient.test.clock.advance(11 * MINUTE);

    const { admin } = lenient;
    const exported = await lenient.get(`/accounts/${admin.id}/export`);
    const changed = await lenient.post('/admin/jobs/jobs.health-check/run', { reason });

    expect(exported.status).toBe(200);
    expect(changed).toMatchObject({ status: 403, body: { code: 'ACCESS_TOKEN_ERR_08' } });
    await lenient.close();
  });
});

describe('without the administration', () => {
  it('all are unknown, as anything else that is not there', async () => {
    const test = await TestBackend.start({ mongodbUri: inject('mongodbUri') });
    const { token } = await test.logIn(await test.signUp());
    const unknown = await send('GET', `${test.address}/api/nothing`, { token });

    for (const { method, path } of routes) {
      const body = method === 'GET' ? {} : { body: { reason } };
      const answer = await send(method, `${test.address}/api${path}`, { token, ...body });
      expect([answer.status, answer.body]).toEqual([404, unknown.body]);
    }
    await test.close();
  });
});
