import { LoginService } from '@org/authentication';
import {
  authenticationRestApi,
  createAccountGuard,
  verifiedAccessTokenOf,
} from '@org/authentication/rest-api';
import { accountRestApi } from '@org/account/rest-api';
import { restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import { fastify } from 'fastify';

import { createServices, type TestServices, type TestServicesOptions } from '../services.ts';

export interface TestApp extends TestServices {
  readonly close: () => Promise<void>;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Signs up and logs in. */
  createOwner(username: string, password?: string): Promise<Owner>;
  login(username: string, password: string): Promise<Answer>;
}

export interface SendOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What a test expects of it is what the test is about.
  readonly body: any;
}

export interface Owner {
  readonly id: string;
  readonly token: string;
}

/** The routes of accounts and access tokens as the program mounts them. */
export async function createApp(options: TestServicesOptions = {}): Promise<TestApp> {
  const services = await createServices(options);
  const { accounts, authentication, audit, throttle } = services;
  const login = LoginService.create({ authentication, accounts, audit, throttle });
  const guard = createAccountGuard({ authentication, audit });
  const app = fastify(restApiServerOptions);
  await app.register(restApiPlugin);
  await app.register(authenticationRestApi, {
    prefix: '/api',
    authentication,
    login,
    accounts,
    guard,
  });
  await app.register(accountRestApi, {
    prefix: '/api',
    accounts,
    guard,
    sessionIdOf: (request) => verifiedAccessTokenOf(request)?.sessionId,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });

  const send: TestApp['send'] = async (method, path, { token, body, headers = {} } = {}) => {
    const response = await fetch(`${address}/api${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const logIn: TestApp['login'] = (username, password) =>
    send('POST', '/access-tokens', { body: { username, password } });
  return {
    ...services,
    send,
    login: logIn,
    createOwner: async (username, password = 'analytical engine') => {
      const form = { first_name: 'Ada', last_name: 'Lovelace', username, password };
      const created = await send('POST', '/accounts', { body: form });
      const { body } = await logIn(username, password);
      return { id: created.body.id, token: body.token };
    },
    close: async () => {
      await app.close();
      await services.throwaway.remove();
    },
  };
}
