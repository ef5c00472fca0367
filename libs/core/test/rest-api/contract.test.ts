import { defineError, OperationContext, type ErrorDetail } from '@org/core';
import {
  applyHttpContract,
  oneOf,
  operationContextOf,
  setOperationContext,
} from '@org/core/rest-api';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { postJson } from './server.ts';

class ThingBadRequestError extends defineError('THING_ERR_01', 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

const Thing = {
  type: 'object',
  required: ['name', 'size'],
  properties: {
    name: { type: 'string' },
    size: { type: 'integer' },
    open: { type: 'boolean' },
    box: { type: 'object', required: ['label'], properties: { label: { type: 'string' } } },
    lid: { type: 'object', required: ['kind'], properties: { kind: { enum: ['flat', 'round'] } } },
    tags: { type: 'array', items: { type: 'array', items: { type: 'string' } } },
  },
};

const Filter = { type: 'object', properties: { size: { type: 'string' } } };

const { validatorCompiler } = oneOf(
  {
    box: { hasAll: ['box'], schema: Thing.properties.box },
    thing: { hasAll: ['name', 'size'], schema: Thing },
    nameless: { hasAll: ['size', 'open'], hasNone: ['name', 'box'], schema: Thing.properties.box },
  },
  { badRequest: ThingBadRequestError, noForm: 'neither box nor thing' },
);

async function thingApi(app: FastifyInstance): Promise<void> {
  applyHttpContract(app, ThingBadRequestError);
  app.post('/things', { schema: { body: Thing } }, async (request) => request.body);
  app.get('/things', { schema: { querystring: Filter } }, async (request) => request.query);
  app.post(
    '/forms',
    { schema: { body: Thing }, validatorCompiler },
    async (request) => request.body,
  );
  app.get('/context', async (request) => {
    setOperationContext(
      request,
      operationContextOf(request).withActor({ type: 'job', id: 'nightly' }),
    );
    return operationContextOf(request);
  });
  app.get('/anonymous', async (request) => operationContextOf(request));
}

// An app of its own defaults, which coerce bodies and answer errors in another shape.
const foreignApp = fastify();
let address: string;

beforeAll(async () => {
  await foreignApp.register(thingApi);
  address = await foreignApp.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await foreignApp.close();
});

describe(applyHttpContract, () => {
  it.each([
    [{ name: 1, size: 1 }, '/name', 'name must be a string'],
    [{ name: null, size: 1 }, '/name', 'name must be a string'],
    [{ name: ['a'], size: 1 }, '/name', 'name must be a string'],
    [{ name: { $ne: '' }, size: 1 }, '/name', 'name must be a string'],
    [{ name: 'a', size: '1' }, '/size', 'size must be an integer'],
    [{ name: 'a', size: 1, open: 'true' }, '/open', 'open must be a boolean'],
    [{ name: 'a', size: 1, box: 'b' }, '/box', 'box must be a JSON object'],
    [{ name: 'a', size: 1, box: { label: 7 } }, '/box/label', 'label must be a string'],
    [{ name: 'a', size: 1, box: {} }, '/box/label', 'label must be a string'],
    [{ size: 1 }, '/name', 'name must be a string'],
    [{ name: 'a', size: 1, lid: { kind: 1 } }, '/lid/kind', 'kind must be one of flat, round'],
    [{ name: 'a', size: 1, lid: {} }, '/lid/kind', 'kind must be one of flat, round'],
    [{ name: 'a', size: 1, tags: [null] }, '/tags/0', 'tags[0] must be an array'],
    [{ name: 'a', size: 1, tags: [[], ['a', 7]] }, '/tags/1/1', 'tags[1][1] must be a string'],
    [[], '', 'body must be a JSON object'],
    ['text', '', 'body must be a JSON object'],
    [null, '', 'body must be a JSON object'],
  ])('refuses %j, coercing nothing', async (body, path, message) => {
    const response = await postJson(`${address}/things`, JSON.stringify(body));

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 'THING_ERR_01',
      message,
      details: [{ path, message }],
    });
  });

  it('refuses a request without a body', async () => {
    const response = await fetch(`${address}/things`, { method: 'POST' });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: 'body must be a JSON object' });
  });

  it('refuses a query field that is given twice', async () => {
    const message = 'size must be given once';

    const response = await fetch(`${address}/things?size=5&size=6`);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message, details: [{ path: '/size', message }] });
  });

  it('ignores keys that it does not know', async () => {
    const body = { name: 'a', size: 1, colour: 'red' };

    expect(await (await postJson(`${address}/things`, JSON.stringify(body))).json()).toEqual(body);
  });
});

describe(oneOf, () => {
  it.each([
    [{ name: 'a', size: 'big' }, 'size must be an integer'],
    [{ box: 1 }, 'label must be a string'],
    [{ name: 'a' }, 'neither box nor thing'],
    [{ size: 1, open: true }, 'label must be a string'],
    [{ name: 1, size: 1, open: true }, 'name must be a string'],
    [{}, 'neither box nor thing'],
    [[], 'neither box nor thing'],
    [null, 'neither box nor thing'],
  ])('chooses the form of %j by its keys', async (body, message) => {
    const response = await postJson(`${address}/forms`, JSON.stringify(body));

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'THING_ERR_01', message });
  });

  it('takes the first form whose keys are all there', async () => {
    const accepted = await postJson(`${address}/forms`, '{"box":1,"label":"x"}');
    const thing = await postJson(`${address}/forms`, '{"name":"a","size":1}');

    expect(accepted.status).toBe(200);
    expect(thing.status).toBe(200);
  });
});

describe(operationContextOf, () => {
  it('is what a guard set', async () => {
    expect(await (await fetch(`${address}/context`)).json()).toMatchObject({
      actor: { type: 'job', id: 'nightly' },
      requestId: expect.any(String),
    });
  });

  it('is anonymous where no guard set one', async () => {
    expect(await (await fetch(`${address}/anonymous`)).json()).toMatchObject({
      actor: OperationContext.anonymous('').actor,
    });
  });
});
