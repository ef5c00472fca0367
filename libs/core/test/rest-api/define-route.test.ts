import type { ErrorType } from '@org/core';
import {
  accountIdOf,
  defineRoute,
  operationContextOf,
  registerRoutes,
  setOperationContext,
  type Route,
} from '@org/core/rest-api';
import { fastify, type FastifyRequest } from 'fastify';
import * as Type from 'typebox';
import { describe, expect, it } from 'vitest';

const routes = {
  getThing: defineRoute({
    method: 'GET',
    path: '/accounts/:account_id/thing',
    operationId: 'getThing',
    summary: 'Read the thing',
    tag: 'things',
    access: 'owner',
    params: Type.Object({ account_id: Type.String() }),
    reply: { status: 200, schema: Type.Object({ owner: Type.String() }) },
  }),
};
const handlers = {
  getThing: async ({ params }: { params: { account_id: string } }) => ({
    owner: params.account_id,
  }),
};

describe(registerRoutes, () => {
  it('asks the guard before the handler', async () => {
    const app = fastify();
    registerRoutes(app, routes, {
      handlers,
      guard: async ({ headers }) => {
        if (headers.authorization === undefined) {
          throw new Error('Not you.');
        }
      },
    });
    const request = { url: '/accounts/1/thing', headers: { authorization: 'x' } };

    expect((await app.inject({ url: request.url })).statusCode).toBe(500);
    expect((await app.inject(request)).json()).toEqual({ owner: '1' });
  });

  it('tells the handler ids in lower case, and the guard what was sent', async () => {
    const app = fastify();
    const seen: unknown[] = [];
    const guard = async ({ params }: FastifyRequest) => void seen.push({ ...(params as object) });
    registerRoutes(app, routes, { handlers, guard });
    const id = '0123456789abcdef01234567';

    const answer = await app.inject({ url: `/accounts/${id.toUpperCase()}/thing` });

    expect(answer.json()).toEqual({ owner: id });
    expect(seen).toEqual([{ account_id: id.toUpperCase() }]);
    expect((await app.inject({ url: '/accounts/Ada/thing' })).json()).toEqual({ owner: 'Ada' });
  });

  it.each([
    ['owner', 'the guard'],
    ['account', 'its guard for accounts'],
  ] as const)('asks for access by %s %s', async (access, asked) => {
    const app = fastify();
    const guardAs = (name: string, errors: readonly ErrorType[]) =>
      Object.assign(async () => Promise.reject(new Error(name)), {
        errors,
        security: [{ [name]: [] }],
      });
    const schemas: unknown[] = [];
    app.addHook('onRoute', ({ schema, config }) => {
      schemas.push({ ...schema, ...config });
    });

    registerRoutes(app, routesFor(access), {
      handlers,
      guard: Object.assign(guardAs('the guard', [{ code: 'NOT_YOURS', httpStatus: 401 }]), {
        account: guardAs('its guard for accounts', [{ code: 'NOBODY', httpStatus: 401 }]),
      }),
    });

    expect((await app.inject('/accounts/1/thing')).json()).toMatchObject({ message: asked });
    expect(schemas).toContainEqual(
      expect.objectContaining({
        security: [{ [asked]: [] }],
        errors: { 401: access === 'owner' ? ['NOT_YOURS'] : ['NOBODY'] },
      }),
    );
  });

  it.each([
    ['owner', undefined],
    ['account', undefined],
    ['account', async () => {}],
  ] as const)('refuses a route for %s that nobody guards: %s', (access, guard) => {
    expect(() => {
      registerRoutes(fastify(), routesFor(access), { handlers, ...(guard && { guard }) });
    }).toThrow(`GET /accounts/:account_id/thing needs a guard for access by ${access}.`);
  });

  it.each([
    ['every request', true, 'not recent', 'not recent'],
    ['some requests', ({ url }: FastifyRequest) => url.endsWith('?much'), 'thing', 'not recent'],
  ])('asks for a recent authentication at %s, once the guard let it pass', async (...given) => {
    const [, recent, little, much] = given;
    const app = fastify();
    const errorsByUrl: unknown[] = [];
    app.addHook('onRoute', ({ config }) => {
      errorsByUrl.push(config?.errors);
    });
    const guard = async ({ headers }: FastifyRequest) => {
      if (headers.authorization === undefined) {
        throw new Error('not yours');
      }
    };
    const recentGuard = async () => Promise.reject(new Error('not recent'));
    const recentErrors = { errors: [{ code: 'TOO_OLD', httpStatus: 403 }] };
    registerRoutes(
      app,
      { getThing: { ...routes.getThing, recent } },
      {
        handlers: { getThing: async () => ({ owner: 'thing' }) },
        guard: Object.assign(guard, { recent: Object.assign(recentGuard, recentErrors) }),
      },
    );
    const answerTo = async (query: string, headers = {}) =>
      Object.values((await app.inject({ url: `/accounts/1/thing${query}`, headers })).json());

    expect(await answerTo('?much')).toContain('not yours');
    expect(await answerTo('', { authorization: 'x' })).toContain(little);
    expect(await answerTo('?much', { authorization: 'x' })).toContain(much);
    expect(errorsByUrl).toContainEqual({ 403: ['TOO_OLD'] });
  });

  it.each([
    ['owner', 'needs a guard for recent authentication.'],
    ['anyone', 'is open to anyone: nobody has authenticated.'],
  ] as const)('refuses a route for %s that cannot ask for it', (access, problem) => {
    const getThing = { ...routes.getThing, access, recent: true };

    expect(() => {
      registerRoutes(fastify(), { getThing }, { handlers, guard: async () => {} });
    }).toThrow(`GET /accounts/:account_id/thing ${problem}`);
  });

  it('tells who mounts it of a route that takes a key, and refuses one that only reads', () => {
    const app = fastify();
    const statuses: unknown[] = [];
    app.addHook('onRoute', ({ config }) => {
      statuses.push(config?.idempotentStatus);
    });
    const open = { ...routes.getThing, access: 'anyone', isIdempotent: true } as const;

    registerRoutes(app, { getThing: { ...open, method: 'POST' } }, { handlers });
    expect(statuses).toEqual([200]);
    expect(() => {
      registerRoutes(fastify(), { getThing: open }, { handlers });
    }).toThrow(
      'GET /accounts/:account_id/thing changes nothing: it needs no key to be sent again.',
    );
  });

  it('asks who it is, then for the permission, then for a recent authentication', async () => {
    const app = fastify();
    const schemas: unknown[] = [];
    app.addHook('onRoute', ({ schema, config }) => {
      schemas.push({ ...schema, ...config });
    });
    const unless = (header: string, refusal: string, code: string) =>
      Object.assign(
        async ({ headers }: FastifyRequest) => {
          if (headers[header] === undefined) {
            throw new Error(refusal);
          }
        },
        { errors: [{ code, httpStatus: 403 }] },
      );
    registerRoutes(
      app,
      { getThing: { ...routesFor('account').getThing, permission: 'things.read', recent: true } },
      {
        handlers,
        guard: Object.assign(async () => Promise.reject(new Error('not the owner')), {
          account: Object.assign(unless('a', 'nobody', 'NOBODY'), { security: [{ bearer: [] }] }),
          permission: (name: string) => unless('b', `may not ${name}`, 'NOT_ALLOWED'),
          recent: unless('c', 'not recent', 'TOO_OLD'),
        }),
      },
    );
    const answerTo = async (headers: Readonly<Record<string, string>>) =>
      Object.values((await app.inject({ url: '/accounts/1/thing', headers })).json());

    expect(await answerTo({ b: 'x', c: 'x' })).toContain('nobody');
    expect(await answerTo({ a: 'x' })).toContain('may not things.read');
    expect(await answerTo({ a: 'x', b: 'x' })).toContain('not recent');
    expect(await answerTo({ a: 'x', b: 'x', c: 'x' })).toEqual(['1']);
    expect(schemas).toContainEqual(
      expect.objectContaining({
        description: 'Needs the permission things.read.',
        security: [{ bearer: [] }],
        errors: { 403: ['NOBODY', 'NOT_ALLOWED', 'TOO_OLD'] },
      }),
    );
  });

  it('asks operators for a recent authentication in a way of their own, if there is one', async () => {
    const app = fastify();
    const { getThing } = routesFor('account');
    const [forStaff, forAll] = ['/accounts/:account_id/staff', '/accounts/:account_id/all'];
    registerRoutes(
      app,
      {
        getStaffThing: { ...getThing, path: forStaff, permission: 'things.read', recent: true },
        getThing: { ...getThing, path: forAll, recent: true },
      },
      {
        handlers: { ...handlers, getStaffThing: handlers.getThing },
        guard: Object.assign(async () => {}, {
          account: async () => {},
          permission: () => async () => {},
          recent: async () => {},
          recentOfOperators: async () => Promise.reject(new Error('not recent')),
        }),
      },
    );

    expect((await app.inject('/accounts/1/staff')).body).toContain('not recent');
    expect((await app.inject('/accounts/1/all')).statusCode).toBe(200);
  });

  it.each([
    ['account', 'needs a guard for permissions.'],
    ['owner', 'has a permission: its access must be by account.'],
    ['anyone', 'has a permission: its access must be by account.'],
  ] as const)('refuses a route for %s that cannot ask for a permission', (access, problem) => {
    const getThing = { ...routes.getThing, access, permission: 'things.read' };
    const guard = Object.assign(async () => {}, {
      account: async () => {},
      ...(access === 'account' ? {} : { permission: () => async () => {} }),
    });

    expect(() => {
      registerRoutes(fastify(), { getThing }, { handlers, guard });
    }).toThrow(`GET /accounts/:account_id/thing ${problem}`);
  });

  it.each([
    [{ permisson: 'things.read' }, ' has the unknown option permisson; there are: method, '],
    [{ acces: 'owner' }, ' has the unknown option acces; '],
    [{ access: 'owners' }, ' needs an access: one of anyone, account, owner.'],
    [{ access: undefined }, ' needs an access: one of anyone, account, owner.'],
    [{ permission: undefined }, ' has a permission that is no text.'],
    [{ body: Type.Object({}) }, ' has a body that was not made by oneOf.'],
    [{ reply: { state: 200 } }, 'The reply of GET /accounts/:account_id/thing has the unknown'],
  ])('refuses what JavaScript misspells: %j', (wrong, problem) => {
    const getThing = { ...routes.getThing, ...wrong } as typeof routes.getThing;
    const guard = Object.assign(async () => {}, { account: async () => {} });
    const register = () => {
      registerRoutes(fastify(), { getThing }, { handlers, guard });
    };

    expect(register).toThrow(TypeError);
    expect(register).toThrow(problem);
  });

  it('refuses a route without a handler', () => {
    const wrong = { getThings: handlers.getThing } as never;

    expect(() => {
      registerRoutes(fastify(), routes, { handlers: wrong, guard: async () => {} });
    }).toThrow('GET /accounts/:account_id/thing needs a handler: a function getThing in handlers.');
  });

  it('refuses a route for an owner whom its path does not name', () => {
    const getThing = { ...routes.getThing, path: '/accounts/:account_idea/thing' };

    expect(() => {
      registerRoutes(fastify(), { getThing }, { handlers, guard: async () => {} });
    }).toThrow('GET /accounts/:account_idea/thing has no owner: its path must name :account_id.');
  });
});

describe(accountIdOf, () => {
  it.each([
    ['an account', { type: 'account', id: 'a' }, 200],
    ['a job', { type: 'job', id: 'nightly' }, 500],
    ['nobody', { type: 'anonymous', id: null }, 500],
  ] as const)('is the account that the guard admitted: %s', async (_who, actor, status) => {
    const app = fastify();
    const account = async (request: FastifyRequest) => {
      setOperationContext(request, operationContextOf(request).withActor(actor));
    };
    registerRoutes(app, routesFor('account'), {
      handlers: { getThing: async (request) => ({ owner: accountIdOf(request) }) },
      guard: Object.assign(account, { account }),
    });

    const response = await app.inject('/accounts/of-another/thing');

    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject(
      status === 200
        ? { owner: 'a' }
        : {
            message:
              'GET /accounts/:account_id/thing has no account as actor: its guard must set one.',
          },
    );
  });
});

function routesFor(access: Route['access']) {
  return { getThing: { ...routes.getThing, access } };
}
