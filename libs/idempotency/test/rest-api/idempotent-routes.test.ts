import { once } from 'node:events';
import { connect } from 'node:net';

import {
  defineError,
  OperationContext,
  ServiceUnavailableError,
  type ErrorDetail,
} from '@org/core';
import {
  applyHttpContract,
  defineRoute,
  oneOf,
  operationContextOf,
  registerRoutes,
  restApiPlugin,
  restApiServerOptions,
  setOperationContext,
} from '@org/core/rest-api';
import type { IdempotencyService } from '@org/idempotency';
import { idempotentRoutes } from '@org/idempotency/rest-api';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import * as Type from 'typebox';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { context, erasure, Gate, IdempotencyTestBed } from '../services.ts';

class BadNoteError extends defineError('NOTE_ERR_02', 400) {
  constructor(message: string, details: readonly ErrorDetail[]) {
    super(message, { details });
  }
}
class NoteExistsError extends defineError('NOTE_ERR_03', 409) {}
class NotLoggedInError extends defineError('NOTE_ERR_04', 401) {}

const Note = Type.Object({ text: Type.String() });
const common = {
  method: 'POST',
  tag: 'notes',
  summary: 'Store a note',
  body: oneOf({ note: { schema: Note } }, { badRequest: BadNoteError }),
  reply: { status: 201, schema: Note, others: { 202: Type.Object({ later: Type.Boolean() }) } },
} as const;
const routes = {
  createNote: defineRoute({
    ...common,
    path: '/accounts/:account_id/notes',
    operationId: 'createNote',
    access: 'owner',
    isIdempotent: true,
  }),
  sendNote: defineRoute({
    ...common,
    path: '/notes',
    operationId: 'sendNote',
    access: 'anyone',
    isIdempotent: true,
  }),
  createTwice: defineRoute({
    ...common,
    path: '/twice',
    operationId: 'createTwice',
    access: 'anyone',
  }),
};

type Handler = (
  text: string,
  reply: FastifyReply,
  request: FastifyRequest,
) => Promise<{ text: string } | undefined | FastifyReply>;

interface ServerOptions {
  readonly handlerTimeout?: number;
  readonly service?: IdempotencyService;
}

/** A program whose handler a test decides on. An `authorization` is an account's name. */
async function serve(handle: Handler, { handlerTimeout, service }: ServerOptions = {}) {
  const bed = await IdempotencyTestBed.create();
  const handler = vi.fn(handle);
  const warnings: string[] = [];
  const stream = { write: (line: string) => void warnings.push(line) };
  const app = fastify({ ...restApiServerOptions, logger: { level: 'warn', stream } });
  await app.register(restApiPlugin, handlerTimeout === undefined ? {} : { handlerTimeout });
  await app.register(async (scope) => {
    idempotentRoutes(scope, { idempotency: service ?? bed.service });
    await scope.register(async (module) => {
      applyHttpContract(module, BadNoteError);
      const each = async (
        request: FastifyRequest<{ Body: { text: string } }>,
        reply: FastifyReply,
      ) => handler(request.body.text, reply, request);
      registerRoutes(module, routes, {
        handlers: { createNote: each, sendNote: each, createTwice: each },
        guard: async (request) => {
          const { authorization: id } = request.headers;
          if (id === undefined) {
            throw new NotLoggedInError('Who are you?');
          }
          const actor = { type: 'account', id } as const;
          setOperationContext(request, OperationContext.create({ actor, requestId: request.id }));
        },
      });
    });
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const post = async (path: string, key?: string, body: object = { text: 'a' }, as?: string) => {
    const response = await fetch(address + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(as === undefined ? {} : { authorization: as }),
      },
      body: JSON.stringify(body),
    });
    const { status, headers } = response;
    return { status, headers, text: await response.text() };
  };
  return { bed, handler, post, address, warnings };
}

const echo: Handler = async (text) => ({ text });

describe(idempotentRoutes, () => {
  it('answers a request that is sent again as it was answered first', async () => {
    const { post, handler } = await serve(async (text, reply) => {
      void reply.header('location', '/notes/1').header('set-cookie', 'a=b');
      return { text };
    });
    const first = await post('/notes', 'key-1');
    const second = await post('/notes', 'key-1');

    expect(first).toMatchObject({ status: 201, text: '{"text":"a"}' });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second).toMatchObject({ status: 201, text: first.text });
    expect(handler).toHaveBeenCalledTimes(1);
    for (const name of ['content-type', 'location', 'cache-control']) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('set-cookie')).toBeNull();
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  it('knows a request again whose path has its id in capitals', async () => {
    const { post, handler } = await serve(echo);
    const id = '64b00000000000000000000a';
    const postNoteOf = (each: string) =>
      post(`/accounts/${each}/notes`, 'key-1', { text: 'a' }, id);
    await postNoteOf(id);

    const second = await postNoteOf(id.toUpperCase());

    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(handler).toHaveBeenCalledTimes(1);
    await postNoteOf('64b00000000000000000000b');
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['that sends it', 'ada'],
    ['in its path', '64b00000000000000000000a'],
  ])('has its answer erased with the account %s', async (_which, accountId) => {
    const { post, handler, bed } = await serve(echo);
    const note = '/accounts/64B00000000000000000000A/notes';
    const send = () => post(note, 'key-1', { text: 'a' }, 'ada');
    await send();
    await bed.service.deleteAnswersByAccountId({ accountId: 'eve' }, erasure, context);
    expect((await send()).headers.get('idempotency-replayed')).toBe('true');

    await bed.service.deleteAnswersByAccountId({ accountId }, erasure, context);

    expect((await send()).headers.get('idempotency-replayed')).toBeNull();
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('costs a request without the header nothing', async () => {
    const { post, handler, bed } = await serve(echo);
    await post('/notes');
    await post('/notes');

    expect(handler).toHaveBeenCalledTimes(2);
    expect(bed.commands).toEqual([]);

    await post('/notes', 'key-1');
    expect(bed.commands).toEqual(['insert', 'findAndModify']);
  });

  it('leaves other routes alone, whatever the header', async () => {
    const { post, handler, bed } = await serve(echo);
    await post('/twice', 'not a key');
    expect(await post('/twice', 'not a key')).toMatchObject({ status: 201 });

    expect(handler).toHaveBeenCalledTimes(2);
    expect(bed.commands).toEqual([]);
  });

  it('refuses another body, and what is no key', async () => {
    const { post, handler } = await serve(echo);
    await post('/notes', 'key-1');

    const other = await post('/notes', 'key-1', { text: 'b' });
    expect(other).toMatchObject({ status: 422, text: expect.stringContaining('REQUEST_ERR_422') });
    const bad = await post('/notes', 'not a key');
    expect(bad).toMatchObject({ status: 400, text: expect.stringContaining('REQUEST_ERR_400') });
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('tells nobody the answer who may not ask, or is another', async () => {
    const { post, handler } = await serve(echo);
    const note = '/accounts/ada/notes';
    await post(note, 'key-1', { text: 'a' }, 'ada');

    expect(await post(note, 'key-1')).toMatchObject({ status: 401 });
    const others = await post(note, 'key-1', { text: 'a' }, 'eve');
    expect(others.headers.get('idempotency-replayed')).toBeNull();
    await post('/accounts/bob/notes', 'key-1', { text: 'a' }, 'ada');
    await post('/notes', 'key-1');
    expect(handler).toHaveBeenCalledTimes(4);
  });

  it('keeps no refusal of before the handler', async () => {
    const { post, bed } = await serve(echo);
    expect(await post('/notes', 'key-1', { text: 1 })).toMatchObject({ status: 400 });
    expect(await post('/accounts/ada/notes', 'key-1')).toMatchObject({ status: 401 });
    expect(bed.commands).toEqual([]);

    expect(await post('/notes', 'key-1')).toMatchObject({ status: 201 });
  });

  it('keeps what the handler refuses', async () => {
    const { post, handler } = await serve(async () => {
      throw new NoteExistsError('There is one.', { retryAfterSeconds: 7 });
    });
    const first = await post('/notes', 'key-1');
    const second = await post('/notes', 'key-1');

    expect(first).toMatchObject({ status: 409, text: expect.stringContaining('NOTE_ERR_03') });
    expect(second).toMatchObject({ status: 409, text: first.text });
    expect(second.headers.get('retry-after')).toBe('7');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it.each([401, 403, 408, 429, 500, 503])('keeps no %i: it can be sent again', async (status) => {
    const { post, handler, bed } = await serve(echo);
    const Refusal = defineError('NOTE_ERR_05', status);
    handler.mockRejectedValueOnce(new Refusal('Not now.'));

    expect(await post('/notes', 'key-1')).toMatchObject({ status });
    expect(await bed.stored.countDocuments()).toBe(0);
    expect(await post('/notes', 'key-1')).toMatchObject({ status: 201 });
  });

  it('keeps an answer without a body, and one that the handler sends itself', async () => {
    const { post, handler } = await serve(async (text, reply) =>
      text === 'none' ? reply.code(204).send() : reply.code(202).send({ later: true }),
    );
    for (const [text, status, body] of [
      ['none', 204, ''],
      ['later', 202, '{"later":true}'],
    ] as const) {
      await post('/notes', text, { text });
      expect(await post('/notes', text, { text })).toMatchObject({ status, text: body });
    }
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('carries out one of two that come at once', async () => {
    const gate = new Gate();
    const { post, handler } = await serve(async (text) => {
      await gate.opened;
      return { text };
    });
    const first = post('/notes', 'key-1');
    await expect.poll(() => handler).toHaveBeenCalled();

    const second = await post('/notes', 'key-1');
    expect(second).toMatchObject({ status: 409, text: expect.stringContaining('REQUEST_ERR_409') });
    expect(second.headers.get('retry-after')).toBe('1');
    gate.open();
    expect(await first).toMatchObject({ status: 201 });
    expect(await post('/notes', 'key-1')).toMatchObject({ status: 201 });
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('keeps the answer for a client that has hung up', async () => {
    const gate = new Gate();
    const { post, handler, address, bed } = await serve(async (text) => {
      await gate.opened;
      return { text };
    });
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: key-1\r\ncontent-length: 12\r\n\r\n{"text":"a"}',
    );
    await expect.poll(() => handler).toHaveBeenCalled();
    socket.destroy();
    await once(socket, 'close');
    gate.open();
    await expect
      .poll(() => bed.stored.countDocuments({ encrypted_answer: { $exists: true } }))
      .toBe(1);

    expect(await post('/notes', 'key-1')).toMatchObject({ status: 201, text: '{"text":"a"}' });
    expect(handler).toHaveBeenCalledTimes(1);
  });
});

describe('a handler that fails', () => {
  /** Stores a note in a transaction as the request, and fails after it. */
  async function serveFailing(status: number) {
    const server = await serve(async (text, _, request) => {
      const { database } = server.bed;
      await database.withTransaction(operationContextOf(request), async (transaction) => {
        const notes = database.collection('notes');
        await database.runIn(transaction, (session) => notes.insertOne({ text }, session));
      });
      throw new (defineError('NOTE_ERR_05', status))('It is not known what happened.');
    });
    return server;
  }

  it('after its change is stored is not called again, nor when a minute has passed', async () => {
    const { post, handler, bed } = await serveFailing(503);
    expect(await post('/notes', 'key-1')).toMatchObject({ status: 503 });

    const again = await post('/notes', 'key-1');
    expect(again).toMatchObject({ status: 409, text: expect.stringContaining('REQUEST_ERR_409') });
    expect(again.headers.get('retry-after')).toBe('1');
    bed.clock.advance(60_000);
    const late = await post('/notes', 'key-1');
    expect(late).toMatchObject({
      status: 409,
      text: expect.stringContaining('its answer is lost'),
    });
    expect(late.headers.get('retry-after')).toBeNull();

    expect(handler).toHaveBeenCalledTimes(1);
    expect(await bed.database.collection('notes').countDocuments()).toBe(1);
  });

  it('is called again if it refused, whatever it stored of that', async () => {
    const { post, handler } = await serveFailing(429);

    expect(await post('/notes', 'key-1')).toMatchObject({ status: 429 });
    expect(await post('/notes', 'key-1')).toMatchObject({ status: 429 });
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('with a commit in doubt is answered for; when it is known, its key is free or not', async () => {
    const ended: (() => Promise<void>)[] = [];
    const { post, handler, bed } = await serve(async (text, _, request) => {
      const confirming = operationContextOf(request);
      const [stored, isKnown] = [new Gate(), new Gate()];
      const context = confirming.withBeforeCommit(async () => undefined);
      const committing = bed.database.withTransaction(context, async (transaction) => {
        await confirming.beforeCommit!(transaction);
        stored.open();
        await isKnown.opened;
        if (text !== 'stored') {
          throw new Error('It is undone.');
        }
      });
      ended.push(async () => {
        isKnown.open();
        await committing.catch(() => undefined);
      });
      await stored.opened;
      throw new ServiceUnavailableError();
    });
    for (const text of ['stored', 'undone']) {
      expect(await post('/notes', text, { text })).toMatchObject({ status: 503 });
      expect(await post('/notes', text, { text })).toMatchObject({ status: 409 });
      await ended.at(-1)!();
    }
    await expect.poll(() => bed.stored.countDocuments()).toBe(1);
    expect(await post('/notes', 'stored', { text: 'stored' })).toMatchObject({ status: 409 });
    expect(handler).toHaveBeenCalledTimes(2);
  });
});

describe('a handler that takes too long', () => {
  /** @returns what a client gets that sends its request again once the handler has ended */
  async function sendAgainAfter(end: (text: string) => { text: string }) {
    const gate = new Gate();
    const server = await serve(
      async (text) => {
        await gate.opened;
        return end(text);
      },
      { handlerTimeout: 4_000 },
    );
    const { post, handler, bed } = server;
    expect(await post('/notes', 'key-1')).toMatchObject({ status: 503 });
    expect(await post('/notes', 'key-1')).toMatchObject({ status: 409 });
    gate.open();
    await expect
      .poll(() => bed.stored.countDocuments({ encrypted_answer: { $exists: false } }))
      .toBe(0);
    const again = await post('/notes', 'key-1');
    expect(server.warnings).not.toContainEqual(expect.stringContaining('already sent'));
    return { again, handler };
  }

  it('is answered for, and its answer is kept', async () => {
    const { again, handler } = await sendAgainAfter((text) => ({ text }));

    expect(again).toMatchObject({ status: 201, text: '{"text":"a"}' });
    expect(again.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('is answered for, and its refusal is kept', async () => {
    const { again, handler } = await sendAgainAfter(() => {
      throw new NoteExistsError('There is one.');
    });

    expect(again).toMatchObject({ status: 409, text: expect.stringContaining('NOTE_ERR_03') });
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('is answered for, and after a failure can be sent again', async () => {
    const end = vi.fn((text: string) => ({ text }));
    end.mockImplementationOnce(() => {
      throw new ServiceUnavailableError();
    });
    const { again, handler } = await sendAgainAfter(end);

    expect(again).toMatchObject({ status: 201 });
    expect(handler).toHaveBeenCalledTimes(2);
  });
});

describe('a key whose answer cannot be stored', () => {
  it('changes no answer, and is told to the operator', async () => {
    const lost = async () => Promise.reject(new Error('The database is gone.'));
    const service = { begin: async () => ({ run: { keep: lost, release: lost } }) };
    const { post, warnings, handler } = await serve(echo, {
      service: service as unknown as IdempotencyService,
    });

    expect(await post('/notes', 'key-1')).toMatchObject({ status: 201, text: '{"text":"a"}' });
    handler.mockRejectedValueOnce(new NotLoggedInError('Who are you?'));
    expect(await post('/notes', 'key-1')).toMatchObject({ status: 401 });
    expect(warnings.join('')).toContain('the answer to an idempotent request was not kept');
  });
});
