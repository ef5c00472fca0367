import { AppError } from '@org/core';
import { operationContextOf, setOperationContext } from '@org/core/rest-api';
import { taskRestApi } from '@org/task/rest-api';
import { fastify, type FastifyInstance, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createServices, owner, stranger, type TestServices } from '../services.ts';

const path = `/v1/accounts/${owner}/tasks`;
const form = { title: 'The first', description: 'The fern needs little.' };
const second = { title: 'The second', description: 'Water it.' };
const missing = '64b000000000000000000009';
let services: TestServices;
let app: FastifyInstance;

beforeAll(async () => {
  services = await createServices();
  // Another team's app: its own defaults, its own prefix, its own guard.
  app = fastify();
  await app.register(taskRestApi, {
    prefix: '/v1',
    tasks: services.tasks,
    guard: async (request) => {
      const id = request.headers['x-account'];
      if (id !== (request.params as { account_id: string }).account_id) {
        throw new AppError({ code: 'THEIR_ERR_01', httpStatus: 401, message: 'Not you.' });
      }
      setOperationContext(request, operationContextOf(request).withActor({ type: 'account', id }));
    },
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await services.throwaway.remove();
});

function send(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: InjectOptions['payload'],
) {
  const headers = { 'x-account': owner, 'content-type': 'application/json' };
  return app.inject(
    payload === undefined
      ? { method, url, headers: { 'x-account': owner } }
      : { method, url, headers, payload },
  );
}

async function create(): Promise<{ id: string }> {
  return (await send('POST', path, form)).json();
}

describe('one of an account', () => {
  it('is created, read, replaced and deleted', async () => {
    const created = await send('POST', path, form);
    const { id } = created.json<{ id: string }>();
    const reply = {
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      account_id: owner,
      ...form,
      created_at: services.clock.now().toISOString(),
      updated_at: services.clock.now().toISOString(),
    };
    expect([created.statusCode, created.json()]).toEqual([201, reply]);

    const read = await send('GET', `${path}/${id}`);
    expect([read.statusCode, read.json()]).toEqual([200, reply]);

    const replaced = await send('PATCH', `${path}/${id}`, second);
    expect([replaced.statusCode, replaced.json()]).toEqual([200, { ...reply, ...second }]);

    const deleted = await send('DELETE', `${path}/${id}`);
    expect([deleted.statusCode, deleted.body]).toEqual([204, '']);
    expect((await send('GET', `${path}/${id}`)).statusCode).toBe(404);
  });

  it('is left as it is by fields that a client may not set', async () => {
    const { id } = await create();

    await send('PATCH', `${path}/${id}`, {
      ...form,
      id: missing,
      _id: missing,
      account_id: stranger,
      active: false,
      created_at: '2000-01-01T00:00:00.000Z',
    });

    expect((await send('GET', `${path}/${id}`)).json()).toMatchObject({
      id,
      account_id: owner,
      created_at: services.clock.now().toISOString(),
    });
  });

  it.each([
    ['no title', { ...form, title: undefined }, 'Title is required'],
    ['an empty title', { ...form, title: '' }, 'Title is required'],
    ['no description', { ...form, description: undefined }, 'Description is required'],
    ['an empty description', { ...form, description: '' }, 'Description is required'],
    ['a list for a description', { ...form, description: [] }, 'description must be a string'],
    ['a number for a title', { ...form, title: 1 }, 'title must be a string'],
    ['an operator for a title', { ...form, title: { $gt: '' } }, 'title must be a string'],
    ['null for a title', { ...form, title: null }, 'title must be a string'],
    ['an array', [form], 'body must be a JSON object'],
    ['null', 'null', 'body must be a JSON object'],
  ])('is neither created nor replaced by %s', async (_what, body, message) => {
    const { id } = await create();
    const collection = services.throwaway.database.collection('tasks');
    const before = await collection.find().toArray();

    for (const response of [
      await send('POST', path, body),
      await send('PATCH', `${path}/${id}`, body),
    ]) {
      expect(response.statusCode).toBe(400);
      expect(response.json()).toEqual({
        code: 'TASK_ERR_02',
        message,
        details: [{ path: expect.any(String), message: expect.any(String) }],
      });
    }
    expect(await collection.find().toArray()).toEqual(before);
  });

  it.each([
    ['a missing one', missing],
    ['a malformed id', 'malformed'],
  ])('answers 404 for %s', async (_what, id) => {
    for (const response of [
      await send('GET', `${path}/${id}`),
      await send('PATCH', `${path}/${id}`, form),
      await send('DELETE', `${path}/${id}`),
    ]) {
      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({
        code: 'TASK_ERR_01',
        message: `We could not find a task with id: ${id}. Please verify and try again.`,
      });
    }
  });

  it("asks the app's guard before anything else", async () => {
    const strangers = `/v1/accounts/${stranger}/tasks`;

    for (const response of [
      await send('GET', strangers),
      await send('POST', strangers, 'no JSON'),
      await send('GET', `${strangers}/malformed`),
      await send('PATCH', `${strangers}/malformed`, 'no JSON'),
      await send('DELETE', `${strangers}/malformed`),
    ]) {
      expect([response.statusCode, response.json()]).toEqual([
        401,
        { code: 'THEIR_ERR_01', message: 'Not you.' },
      ]);
    }
  });
});

describe('a list', () => {
  it('tells which page it is, of how many', async () => {
    await create();
    await create();

    const response = await send('GET', `${path}?offset=1&page=1&size=1000`);

    const body = response.json<{ items: object[]; total_count: number }>();
    expect(response.statusCode).toBe(200);
    expect(body).toEqual({
      items: expect.any(Array),
      pagination_params: { offset: 1, page: 1, size: 100 },
      total_count: expect.any(Number),
      total_pages: 1,
    });
    expect(body.items).toHaveLength(body.total_count - 1);
  });

  it.each([
    ['page=0', 'page must be at least 1'],
    ['size=0', 'size must be at least 1'],
    ['size=-1', 'size must be at least 1'],
    ['offset=-1', 'offset must be at least 0'],
    ['page=two', 'page must be an integer'],
    ['page=1.5', 'page must be an integer'],
    ['page=', 'page must be an integer'],
    ['size=99999999999999999999', 'size must be an integer'],
    ['page=1&page=2', 'page must be given once'],
  ])('answers 400 for ?%s', async (query, message) => {
    const response = await send('GET', `${path}?${query}`);

    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'TASK_ERR_02', message });
  });
});
