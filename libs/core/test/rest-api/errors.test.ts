import { EventEmitter, once } from 'node:events';

import { AppError, ServiceUnavailableError, TooManyRequestsError } from '@org/core';
import { restApiServerOptions } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import * as client from './server.ts';

const ORIGIN = 'https://app.example.com';

function corsHeadersOf({ headers }: Response) {
  return {
    origin: headers.get('access-control-allow-origin'),
    exposed: headers.get('access-control-expose-headers'),
    vary: headers.get('vary'),
  };
}

const WITHOUT_CORS = { origin: null, exposed: null, vary: null };
const WITH_CORS = {
  origin: ORIGIN,
  exposed: 'allow, idempotency-replayed, retry-after, www-authenticate, x-request-id',
  vary: 'Origin',
};

function addRoutes(app: FastifyInstance): void {
  app.post('/echo', async (request) => ({ body: request.body }));
  app.get('/echo', async () => ({ body: null }));
  app.get('/things/:id', async (request) => ({ id: (request.params as { id: string }).id }));
  app.get('/unauthenticated', async () => {
    throw new AppError({ code: 'TEST_ERR_01', httpStatus: 401, message: 'Who are you?' });
  });
  app.get('/failed-field', async () => {
    throw new AppError({
      code: 'TEST_ERR_02',
      httpStatus: 400,
      message: 'name must be a string',
      details: [{ path: '/name', message: 'name must be a string' }],
    });
  });
  app.get('/unavailable', async () => {
    throw new ServiceUnavailableError({ retryAfterSeconds: 7 });
  });
  app.get('/throttled/:seconds', async (request) => {
    const { seconds } = request.params as { seconds: string };
    throw new TooManyRequestsError({ retryAfterSeconds: Number(seconds) });
  });
  app.get('/broken', async () => {
    throw new AppError({ code: 'TEST_ERR_03', httpStatus: 500, message: 'The key is hunter2.' });
  });
  app.post('/swallow', async () => ({}));
  app.delete('/things/:id', async (_request, reply) => reply.code(204).send());
  app.get('/unexpected', async () => {
    throw new Error('the password of the database is hunter2');
  });
  app.get('/hanging', () => new Promise(() => undefined));
}

/** Says when a request is in, and answers it once told to. */
function addSlowRoute(app: FastifyInstance, events: EventEmitter): void {
  app.get('/slow', async () => {
    events.emit('entered');
    await once(events, 'released');
    return {};
  });
}

function expectRequestError(answer: string, status: number): void {
  const [head, body] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('content-type: application/json; charset=utf-8');
  expect(JSON.parse(body!)).toEqual({
    code: `REQUEST_ERR_${status}`,
    message: expect.any(String),
  });
}

const JSON_OF_FIVE_BYTES = 'content-type: application/json\r\ncontent-length: 5';

describe.each([
  ['no origin is allowed', [], WITHOUT_CORS],
  ['an origin is allowed', [ORIGIN], WITH_CORS],
])('where %s', (_what, allowedOrigins: string[], expected) => {
  let server: client.TestServer;

  beforeAll(async () => {
    server = await client.listen(addRoutes, { allowedOrigins });
  });
  afterAll(async () => {
    await server.app.close();
  });

  /** As a page of an allowed origin sends it; whatever comes back, that page may read. */
  async function fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const response = await globalThis.fetch(url, {
      ...init,
      headers: { origin: ORIGIN, ...(init.headers as Record<string, string>) },
    });
    expect(corsHeadersOf(response)).toEqual(expected);
    return response;
  }

  const postJson = (url: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  async function sendRaw(
    ...[address, bytes, goOn]: Parameters<typeof client.sendRaw>
  ): Promise<string> {
    const withOrigin = bytes.replace('host: x\r\n', `host: x\r\norigin: ${ORIGIN}\r\n`);
    const answer = await client.sendRaw(address, withOrigin, goOn);
    if (withOrigin !== bytes && withOrigin.endsWith('\r\n\r\n')) {
      expect(/^access-control-allow-origin: (.*)\r$/m.exec(answer)?.[1] ?? null).toBe(
        expected.origin,
      );
    }
    return answer;
  }

  describe('errors of a module', () => {
    it('answers code and message with the status of the error', async () => {
      const response = await fetch(`${server.address}/failed-field`);

      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        code: 'TEST_ERR_02',
        message: 'name must be a string',
        details: [{ path: '/name', message: 'name must be a string' }],
      });
    });

    it('names the scheme with a 401, and an invalid token only where one came', async () => {
      const without = await fetch(`${server.address}/unauthenticated`);
      const withToken = await fetch(`${server.address}/unauthenticated`, {
        headers: { authorization: 'Bearer x' },
      });

      expect(without.headers.get('www-authenticate')).toBe('Bearer');
      expect(withToken.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
      expect(await without.json()).toEqual({ code: 'TEST_ERR_01', message: 'Who are you?' });
    });

    it('tells when to try again, and which request it was', async () => {
      const response = await fetch(`${server.address}/unavailable`);

      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('7');
      expect(await response.json()).toMatchObject({
        code: 'SERVER_ERR_02',
        request_id: response.headers.get('x-request-id'),
      });
    });
  });

  describe('a limit', () => {
    it.each([
      ['0', '1', '1 second'],
      ['0.2', '1', '1 second'],
      ['1.2', '2', '2 seconds'],
      ['900', '900', '900 seconds'],
    ])('of %s says in how many seconds', async (given, retryAfter, words) => {
      const response = await fetch(`${server.address}/throttled/${given}`);

      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      expect(await response.json()).toEqual({
        code: 'RATE_LIMIT_ERR_01',
        message: `Too many requests. Please try again in ${words}.`,
      });
    });
  });

  describe('an unexpected error', () => {
    it('reveals nothing but the request id', async () => {
      const response = await fetch(`${server.address}/unexpected`);

      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({
        code: 'SERVER_ERR_01',
        message: 'Something went wrong on our side. Please try again later.',
        request_id: response.headers.get('x-request-id'),
      });
    });
  });

  describe('an error of a module with status 500', () => {
    it('keeps its message to the log', async () => {
      const response = await fetch(`${server.address}/broken`);

      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({ code: 'SERVER_ERR_01' });
    });
  });

  describe("the framework's errors", () => {
    it.each([
      ['malformed JSON', '{"a":', 400],
      ['an empty body', '', 400],
      ['trailing garbage', '{} x', 400],
      ['a NUL byte', '{"a":"\u0000"}', 400],
      ['a prototype', '{"__proto__":{"admin":true}}', 400],
      ['a nested prototype', '{"a":{"__proto__":{"admin":true}}}', 400],
      ['a constructor with a prototype', '{"constructor":{"prototype":{"admin":true}}}', 400],
      ['a body over 64 KiB', `"${'x'.repeat(70_000)}"`, 413],
    ])('answers %s with its code', async (_what, body, status) => {
      const response = await postJson(`${server.address}/echo`, body);

      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(await response.json()).toEqual({
        code: `REQUEST_ERR_${status}`,
        message: expect.any(String),
      });
    });

    it('refuses invalid UTF-8 instead of storing a replacement character', async () => {
      const response = await postJson(
        `${server.address}/echo`,
        Uint8Array.from([0x22, 0xff, 0xfe, 0x22]),
      );

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'REQUEST_ERR_400' });
    });

    it.each([
      String.raw`"a\ud800b"`,
      String.raw`{"deep":[{"name":"\uDC00"}]}`,
      String.raw`{"\uD83D":1}`,
      String.raw`"\udc00\ud800"`,
      String.raw`"\\\ud800"`,
    ])('refuses the lone surrogate in %s', async (body) => {
      const response = await postJson(`${server.address}/echo`, body);

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'REQUEST_ERR_400' });
    });

    it.each([String.raw`"\ud83d\ude00"`, String.raw`"\\ud800"`, '"😀"'])(
      'accepts %s, which has none',
      async (body) => {
        const response = await postJson(`${server.address}/echo`, body);

        expect(await response.json()).toEqual({ body: JSON.parse(body) });
      },
    );

    it('accepts deep, odd and foreign values that are JSON', async () => {
      const deep = '['.repeat(20_000) + ']'.repeat(20_000);

      for (const body of [deep, '{"constructor":1}', '1e400']) {
        expect((await postJson(`${server.address}/swallow`, body)).status).toBe(200);
      }
    });

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
      'answers 415 for %s',
      async (type) => {
        const response = await fetch(`${server.address}/echo`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: '{}',
        });

        expect(response.status).toBe(415);
        expect(await response.json()).toMatchObject({ code: 'REQUEST_ERR_415' });
      },
    );

    it.each([
      ['half a JSON', 'application/json', '{"a":'],
      ['an empty body with a label', 'application/json', ''],
      ['a prototype', 'application/json', '{"__proto__":{"admin":true}}'],
      ['a text', 'text/plain', 'x'],
      ['a label that is none', 'nonsense', 'x'],
      ['a body over 64 KiB', 'application/json', 'x'.repeat(70_000)],
    ])('ignores the body and the label of a DELETE: %s', async (_what, type, body) => {
      const response = await fetch(`${server.address}/things/1`, {
        method: 'DELETE',
        headers: { 'content-type': type },
        body,
      });

      expect(response.status).toBe(204);
      expect(await response.text()).toBe('');
    });

    it('answers 404 for an unknown path', async () => {
      const response = await fetch(`${server.address}/nowhere`);

      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'REQUEST_ERR_404' });
    });

    it('does not look at the body of a request that nothing takes', async () => {
      const unknown = await postJson(`${server.address}/nowhere`, '{"broken');
      const wrongMethod = await postJson(`${server.address}/things/1`, '{"broken');

      expect(unknown.status).toBe(404);
      expect(wrongMethod.status).toBe(405);
      expect(wrongMethod.headers.get('allow')).toBe('DELETE, GET, HEAD');
    });

    it.each([
      ['DELETE', '/echo', 'GET, HEAD, POST'],
      ['PUT', '/things/1?x=y', 'DELETE, GET, HEAD'],
      ['PATCH', '/things/1', 'DELETE, GET, HEAD'],
    ])('answers 405 for %s %s', async (method, path, allowed) => {
      const response = await fetch(server.address + path, { method });

      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe(allowed);
      expect(await response.json()).toMatchObject({ code: 'REQUEST_ERR_405' });
    });

    it('answers 400 for a path that is not percent-encoded UTF-8', async () => {
      const response = await fetch(`${server.address}/things/%ff`);

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'REQUEST_ERR_400' });
    });

    it('lets an id of any length reach its route', async () => {
      const id = 'a'.repeat(5_000);

      expect(await (await fetch(`${server.address}/things/${id}`)).json()).toEqual({ id });
    });

    it('answers 503 when a handler takes too long', async () => {
      const hasty = await client.listen(addRoutes, { allowedOrigins, handlerTimeout: 50 });
      onTestFinished(() => hasty.app.close());
      const response = await fetch(`${hasty.address}/hanging`);

      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({
        code: 'SERVER_ERR_02',
        request_id: expect.any(String),
      });
    });
  });

  describe("the socket's errors", () => {
    it.each([
      [
        'headers over 16 KiB',
        `GET /echo HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
        431,
      ],
      ['an address over 16 KiB', `GET /${'y'.repeat(20_000)}`, 414],
      [
        'an address over 16 KiB that comes with all else',
        `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
        414,
      ],
      ['no host', 'GET /echo HTTP/1.1\r\n\r\n', 400],
      [
        'an expectation that nobody knows',
        'GET /echo HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\nconnection: close\r\n\r\n',
        417,
      ],
      ['a tunnel', 'CONNECT other.example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n', 404],
      ['a verb that is none', 'NONSENSE /echo HTTP/1.1\r\nhost: x\r\n\r\n', 400],
      ['no HTTP at all', '\u0016\u0003\u0001 hello\r\n\r\n', 400],
    ])('answers %s in the same shape', async (_what, bytes, status) => {
      expectRequestError(await sendRaw(server.address, bytes), status);
    });

    it.each([
      ['headers', 'GET /echo HTTP/1.1\r\nhost: x\r\n'],
      ['a body', `POST /echo HTTP/1.1\r\nhost: x\r\n${JSON_OF_FIVE_BYTES}\r\n\r\n`],
    ])('answers %s that never end in the same shape', async (_what, bytes) => {
      const hasty = await client.listen(addRoutes, {
        ...{ allowedOrigins, requestTimeout: 100 },
        http: { ...restApiServerOptions.http, headersTimeout: 50, connectionsCheckingInterval: 50 },
      });
      onTestFinished(() => hasty.app.close());

      expectRequestError(await sendRaw(hasty.address, bytes), 408);
    });
  });

  describe('a server that is closing', () => {
    it('does not wait for a client that keeps its connection after the answer', async () => {
      const events = new EventEmitter();
      const { app, address } = await client.listen(
        (routes) => {
          addSlowRoute(routes, events);
          routes.addHook('preClose', async () => {
            // Once Fastify has closed the idle connections.
            setImmediate(() => events.emit('released'));
          });
        },
        { allowedOrigins },
      );

      const answer = sendRaw(address, 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n', async () => {
        await once(events, 'entered');
        await app.close();
      });

      expect(await answer).toMatch(/^HTTP\/1.1 200 /);
    });

    it("finishes what it accepted, and answers what still comes in the contract's shape", async () => {
      const events = new EventEmitter();
      const { app, address } = await client.listen(
        (routes) => {
          addSlowRoute(routes, events);
          routes.addHook('preClose', async () => {
            events.emit('closing');
          });
          routes.addHook('onError', async () => {
            events.emit('refused');
          });
        },
        { allowedOrigins },
      );
      const request = 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n';

      const answers = sendRaw(address, request, async (socket) => {
        await once(events, 'entered');
        const closing = once(events, 'closing');
        void app.close();
        await closing;
        const refused = once(events, 'refused');
        socket.write(request);
        await refused;
        events.emit('released');
      });

      const [, first, second] = (await answers).split('HTTP/1.1 ');
      expect(first).toMatch(/^200 /);
      const [head, body] = second!.split('\r\n\r\n');
      expect(head).toMatch(/^503 /);
      expect(head).toContain('retry-after: 1');
      expect(JSON.parse(body!)).toMatchObject({
        code: 'SERVER_ERR_02',
        request_id: expect.any(String),
      });
    });
  });

  describe('every answer', () => {
    it.each(['/echo', '/nowhere', '/unexpected'])('has security headers: %s', async (path) => {
      const { headers } = await fetch(server.address + path);

      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'referrer-policy': 'no-referrer',
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(headers.has('server')).toBe(false);
      expect(headers.has('x-powered-by')).toBe(false);
    });

    it('has a request id of its own', async () => {
      const ids = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const response = await fetch(`${server.address}/echo`, {
            headers: { 'x-request-id': 'chosen by the client' },
          });
          return response.headers.get('x-request-id');
        }),
      );

      expect(new Set(ids).size).toBe(20);
    });
  });

  describe('an OPTIONS that asks nothing for a browser', () => {
    it.each([
      ['/nowhere', 404, null],
      ['/echo', 405, 'GET, HEAD, POST'],
      ['/things/1', 405, 'DELETE, GET, HEAD'],
      ['/things/%ff', 400, null],
    ])('is answered as any other method: %s', async (path, status, allowed) => {
      const response = await fetch(server.address + path, {
        method: 'OPTIONS',
        headers: { 'content-type': 'text/plain' },
        body: 'x',
      });

      expect(response.status).toBe(status);
      expect(response.headers.get('allow')).toBe(allowed);
      expect(await response.json()).toMatchObject({ code: `REQUEST_ERR_${status}` });
    });
  });
});
