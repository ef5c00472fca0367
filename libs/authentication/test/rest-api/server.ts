import {
  authenticationRestApi,
  createAccountGuard,
  jsonWebKeySetRestApi,
} from '@org/authentication/rest-api';
import { operationContextOf, restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import { fastify } from 'fastify';

import { createServices, type InstanceOptions, type TestServices } from '../services.ts';

export interface TokenBody {
  readonly token: string;
  readonly account_id: string;
  readonly expires_at: string;
  readonly refresh_token: string;
  readonly refresh_token_expires_at: string;
}

export interface TestServer {
  readonly services: TestServices;
  readonly address: string;
  post(path: string, body: unknown): Promise<Response>;
  /** As the one account that there is. */
  logIn(): Promise<TokenBody>;
  close(): Promise<void>;
}

/** The module's routes as an app mounts them, and two guarded ones of another module. */
export async function startServer(options: InstanceOptions = {}): Promise<TestServer> {
  const services = await createServices(options);
  const { authentication, login, audit } = services;
  const guard = createAccountGuard({ authentication, audit });
  const app = fastify(restApiServerOptions);
  await app.register(restApiPlugin);
  await app.register(authenticationRestApi, { prefix: '/api', authentication, login, guard });
  await app.register(jsonWebKeySetRestApi, { authentication });
  app.get('/accounts/:account_id', { onRequest: guard }, async (request) => ({
    actor: operationContextOf(request).actor,
  }));
  app.post('/anyone', { preHandler: guard }, async (request) => ({
    actor: operationContextOf(request).actor,
  }));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const post = (path: string, body: unknown) =>
    fetch(`${address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'test' },
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
