import { accountRestApi } from '@org/account/rest-api';
import {
  AuthorizationHeaderNotFoundError,
  LoginService,
  UnauthorizedAccessError,
  type AccessToken,
  type AuthenticationService,
} from '@org/authentication';
import { OperationContext } from '@org/core';
import {
  operationContextOf,
  restApiPlugin,
  restApiServerOptions,
  setOperationContext,
} from '@org/core/rest-api';
import { fastify, type FastifyRequest } from 'fastify';

import { createServices, type TestServices, type TestServicesOptions } from '../services.ts';

export interface TestApp extends TestServices {
  readonly address: string;
  readonly close: () => Promise<void>;
  readonly logins: LoginService;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Signs up and logs in. */
  createOwner(username: string, password?: string): Promise<Owner>;
  login(username: string, password: string): Promise<Answer>;
  loginByOtp(parts: PhoneParts, otpCode: string): Promise<AccessToken>;
}

interface PhoneParts {
  readonly country_code: string;
  readonly phone_number: string;
}

export interface SendOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Whatever is answered, with what tests read of it. */
export interface AnswerBody {
  readonly id: string;
  readonly token: string;
  readonly [key: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
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
  const sessionIds = new WeakMap<FastifyRequest, string>();
  const app = fastify(restApiServerOptions);
  await app.register(restApiPlugin);
  app.post<{ Body: Credentials }>('/api/access-tokens', async (request, reply) => {
    const origin = { userAgent: 'test', ip: '192.0.2.1' };
    const accessToken = await login.loginByUsernameAndPassword(
      { ...request.body, ...origin },
      operationContextOf(request),
    );
    return reply.code(201).send(accessToken);
  });
  await app.register(accountRestApi, {
    prefix: '/api',
    accounts,
    guard: Object.assign(
      async (request: FastifyRequest) => {
        const { sessionId } = await authenticate(request, authentication);
        sessionIds.set(request, sessionId);
      },
      { recent: async () => undefined },
    ),
    sessionIdOf: (request) => sessionIds.get(request),
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
      body: (text === '' ? undefined : JSON.parse(text)) as AnswerBody,
    };
  };
  const logIn: TestApp['login'] = (username, password) =>
    send('POST', '/access-tokens', { body: { username, password } });
  return {
    ...services,
    logins: login,
    address,
    send,
    login: logIn,
    loginByOtp: (parts, otpCode) =>
      login.loginByPhoneNumberAndOtp(
        {
          phoneNumber: { countryCode: parts.country_code, phoneNumber: parts.phone_number },
          otpCode,
          userAgent: 'test',
          ip: '192.0.2.1',
        },
        OperationContext.anonymous('test'),
      ),
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

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a guard of `@org/authentication/rest-api` does; only an app may mount that one. */
async function authenticate(request: FastifyRequest, authentication: AuthenticationService) {
  const context = operationContextOf(request);
  const token = request.headers.authorization?.replace('Bearer ', '');
  if (token === undefined) {
    throw new AuthorizationHeaderNotFoundError();
  }
  const verified = await authentication.verifyAccessToken({ token }, context);
  setOperationContext(request, context.withActor({ type: 'account', id: verified.accountId }));
  if ((request.params as { account_id: string }).account_id !== verified.accountId) {
    throw new UnauthorizedAccessError();
  }
  return verified;
}
