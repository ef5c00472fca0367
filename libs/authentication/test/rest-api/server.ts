import {
  authenticationRestApi,
  createAccountGuard,
  jsonWebKeySetRestApi,
} from '@org/authentication/rest-api';
import {
  defineRoute,
  operationContextOf,
  registerRoutes,
  restApiPlugin,
  restApiServerOptions,
  type RestApiOptions,
  type Route,
} from '@org/core/rest-api';
import { fastify, type FastifyRequest } from 'fastify';
import * as Type from 'typebox';

import { createServices, type InstanceOptions, type TestServices } from '../services.ts';

export interface TokenBody {
  readonly token: string;
  readonly account_id: string;
  readonly expires_at: string;
  readonly refresh_token: string;
  readonly refresh_token_expires_at: string;
}

export interface TestServerOptions extends InstanceOptions {
  readonly restApi?: RestApiOptions;
}

export interface TestServer {
  readonly services: TestServices;
  readonly address: string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** As the one account that there is. */
  logIn(): Promise<TokenBody>;
  close(): Promise<void>;
}

/** A route of another module, which answers who acts. */
function routeFor(access: Route['access'], path: string) {
  return defineRoute({
    method: 'GET',
    path,
    operationId: access,
    summary: access,
    tag: 'test',
    access,
    reply: { status: 200, schema: Type.Object({ actor: Type.Any() }) },
  });
}

const routes = {
  anyone: routeFor('anyone', '/accounts/:account_id/anyone'),
  account: routeFor('account', '/accounts/:account_id/account'),
  owner: routeFor('owner', '/accounts/:account_id/owner'),
  pathless: routeFor('account', '/account'),
  recent: { ...routeFor('owner', '/accounts/:account_id/recent'), recent: true },
};

/** The module's routes as an app mounts them, and guarded ones of another module. */
export async function startServer({
  restApi = {},
  ...options
}: TestServerOptions = {}): Promise<TestServer> {
  const services = await createServices(options);
  const { authentication, login, audit } = services;
  const guard = createAccountGuard({ authentication, audit });
  const app = fastify(restApiServerOptions);
  await app.register(restApiPlugin, restApi);
  await app.register(authenticationRestApi, { prefix: '/api', authentication, login, guard });
  await app.register(jsonWebKeySetRestApi, { authentication });
  const answer = async (request: FastifyRequest) => ({ actor: operationContextOf(request).actor });
  const handlers = {
    anyone: answer,
    account: answer,
    owner: answer,
    pathless: answer,
    recent: answer,
  };
  registerRoutes(app, routes, { handlers, guard });
  // Guarded without a word: as for an owner.
  app.get('/accounts/:account_id', { onRequest: guard }, answer);
  app.get('/any-account', { onRequest: guard.account }, answer);
  app.post('/no-account', { preHandler: guard }, answer);
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/any-method',
    onRequest: guard.account,
    handler: answer,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'test', ...headers },
      body: JSON.stringify(body),
    });
  return {
    services,
    address,
    post,
    logIn: async () => {
      services.clock.advance(1);
      const response = await post('/api/access-tokens', { username: 'ada', password: 'right' });
      return (await response.json()) as TokenBody;
    },
    close: async () => {
      await app.close();
      await services.remove();
    },
  };
}
