import type { Erasure } from '@org/core';
import { collect } from '@org/core/testing';
import {
  TaskBadRequestError,
  TaskLimitReachedError,
  TaskNotFoundError,
  TaskService,
  type Task,
} from '@org/task';
import { ObjectId, type Document } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { contextOf, createServices, owner, stranger, type TestServices } from './services.ts';

const context = contextOf(owner);
const description = 'The fern needs little.';
let services: TestServices;
let tasks: TaskService;

beforeAll(async () => {
  services = await createServices();
  ({ tasks } = services);
});
beforeEach(async () => {
  await documents().deleteMany({});
  services.audit.events.length = 0;
});
afterAll(async () => {
  await services.throwaway.remove();
});

function documents() {
  return services.throwaway.database.collection('tasks');
}

function create(title: string): Promise<Task> {
  return tasks.createTask({ accountId: owner, title, description }, context);
}

describe(TaskService, () => {
  it('stores what it creates, and finds it', async () => {
    const created = await create('The first');

    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      accountId: owner,
      title: 'The first',
      description,
      createdAt: services.clock.now(),
      updatedAt: services.clock.now(),
    });
    expect(await tasks.getTaskById({ accountId: owner, id: created.id }, context)).toEqual(created);
    expect(await documents().findOne()).toMatchObject({
      account_id: owner,
      title: 'The first',
      description,
      active: true,
    });
  });

  it('replaces what may be changed, and nothing else', async () => {
    const created = await create('The first');
    services.clock.advance(1_000);

    const updated = await tasks.updateTask(
      { accountId: owner, id: created.id, title: 'The second', description: 'Water it.' },
      context,
    );

    expect(updated).toEqual({
      ...created,
      title: 'The second',
      description: 'Water it.',
      updatedAt: services.clock.now(),
    });
  });

  it('keeps the document of what it deletes, and finds it no more', async () => {
    const { id } = await create('The first');

    await tasks.deleteTask({ accountId: owner, id }, context);

    await expect(tasks.getTaskById({ accountId: owner, id }, context)).rejects.toThrow(
      TaskNotFoundError,
    );
    expect(await documents().findOne()).toMatchObject({ title: 'The first', active: false });
  });

  it.each([
    ['title', 'Title is required'],
    ['description', 'Description is required'],
  ])('refuses an empty %s and stores nothing', async (field, message) => {
    const fields = { title: 'The first', description, [field]: '' };
    const creating = tasks.createTask({ accountId: owner, ...fields }, context);

    await expect(creating).rejects.toThrow(TaskBadRequestError);
    await expect(creating).rejects.toMatchObject({
      message,
      details: [{ path: `/${field}`, message }],
    });
    expect(await documents().countDocuments()).toBe(0);
  });

  it.each([
    ['a missing one', '64b000000000000000000009'],
    ['a malformed id', 'malformed'],
    ['an over-long id', 'x'.repeat(5_000)],
    ['no id', ''],
  ])('neither reads, changes nor deletes %s', async (_what, id) => {
    await expectUnknown(owner, id);
  });

  it('neither reads, changes nor deletes what was deleted', async () => {
    const { id } = await create('The first');
    await tasks.deleteTask({ accountId: owner, id }, context);

    await expectUnknown(owner, id);
  });

  it("neither reads, changes nor deletes another account's", async () => {
    const { id } = await create('The first');

    await expectUnknown(stranger, id);

    expect(await documents().findOne()).toMatchObject({ title: 'The first', active: true });
  });

  it('records who created, changed and deleted', async () => {
    const { id } = await create('The first');
    await tasks.updateTask({ accountId: owner, id, title: 'The second', description }, context);
    await tasks.deleteTask({ accountId: owner, id }, context);

    expect(services.audit.events).toMatchObject(
      ['create', 'update', 'update'].map((action) => ({
        resourceType: 'tasks',
        resourceId: id,
        action,
        context: { actor: context.actor },
      })),
    );
  });
});

describe('the data of an account', () => {
  it('is all that is stored of it, what was deleted included', async () => {
    const { id } = await create('1');
    await tasks.deleteTask({ accountId: owner, id }, context);
    await create('2');
    await tasks.createTask({ accountId: stranger, title: '3', description }, contextOf(stranger));

    const pages = await collect(tasks.exportTaskDataByAccountId({ accountId: owner }, context));

    expect(pages.flat()).toMatchObject([
      { title: '2', description, active: true, created_at: services.clock.now() },
      { id, title: '1', description, active: false },
    ]);
  });

  it('is erased for good, and nothing of others', async () => {
    const { id } = await create('1');
    await tasks.deleteTask({ accountId: owner, id }, context);
    const second = await create('2');
    await tasks.createTask({ accountId: stranger, title: '3', description }, contextOf(stranger));

    const forgotten: object[] = [];
    const { signal } = new AbortController();
    const erasure: Erasure = {
      signal,
      forget: async (resources) => {
        expect(await documents().countDocuments({ account_id: owner })).toBeGreaterThan(0);
        forgotten.push(...resources);
      },
    };
    await tasks.deleteTaskDataByAccountId({ accountId: owner }, erasure, context);

    expect(forgotten).toEqual(
      [id, second.id].map((resourceId) => ({ resourceType: 'tasks', resourceId })),
    );
    expect(await documents().find().toArray()).toMatchObject([{ title: '3' }]);
    const records = services.audit.events.filter(({ action }) => action === 'delete');
    expect(records.map(({ changes }) => changes)).toEqual([{}, {}]);
  });

  it.each<[string, Document]>([
    ['without a field', {}],
    ['neither active nor deleted', { active: 'perhaps', title: 'Lovelace' }],
    ['of texts of other types', { active: true, title: ['Lovelace'], description: 7 }],
    ['with an id of another type', { _id: 'of Lovelace', active: false }],
  ])('are erased %s, whichever type the id of the account has', async (_shape, fields) => {
    const erasure = { signal: new AbortController().signal, forget: async () => undefined };
    const all = services.throwaway.database.collection<Document>('tasks');
    for (const account_id of [owner, ObjectId.createFromHexString(owner)]) {
      await all.insertOne({ ...fields, account_id }, { bypassDocumentValidation: true });

      await tasks.deleteTaskDataByAccountId({ accountId: owner }, erasure, context);

      expect(await all.countDocuments({ account_id })).toBe(0);
    }
    const recorded = services.audit.events.map(({ resourceId, changes }) => [resourceId, changes]);
    expect(JSON.stringify(recorded)).not.toContain('Lovelace');
  });
});

describe('a malformed task', () => {
  const malformed: readonly [string, Document][] = [
    ['with a number for a title', { title: 7 }],
    ['with a text for a time', { created_at: 'yesterday' }],
    ['without a time', { created_at: null, _id: 'older' }],
    ['with an id of another type', { _id: 'odd' }],
  ];

  it.each(malformed)('%s is missing, and in the way of no other', async (_shape, fields) => {
    const good = await tasks.createTask({ accountId: owner, title: 'Good', description }, context);
    const broken = {
      _id: new ObjectId(),
      account_id: owner,
      active: true,
      title: 'Broken',
      description,
      created_at: services.clock.now(),
      updated_at: services.clock.now(),
      ...fields,
    };
    const all = services.throwaway.database.collection<Document>('tasks');
    await all.insertOne(broken, { bypassDocumentValidation: true });
    const stored = await all.findOne({ _id: broken._id });
    const id = String(broken._id);

    const page = await tasks.getTasksByAccountId({ accountId: owner }, context);
    const exported = await collect(tasks.exportTaskDataByAccountId({ accountId: owner }, context));

    expect(page.items.map(({ title }) => title)).toContain('Good');
    expect(page.items.map((task) => task.id)).not.toContain(id);
    expect(JSON.stringify(exported)).toContain(good.id);
    const given = { accountId: owner, id };
    const change = { ...given, title: 'Changed', description };
    await expect(tasks.getTaskById(given, context)).rejects.toThrow(TaskNotFoundError);
    await expect(tasks.updateTask(change, context)).rejects.toThrow(TaskNotFoundError);
    await expect(tasks.deleteTask(given, context)).rejects.toThrow(TaskNotFoundError);
    expect(await all.findOne({ _id: broken._id })).toEqual(stored);
    expect(services.throwaway.database.malformedDocuments.get('tasks')).toBeGreaterThan(0);
    await all.deleteMany({ _id: broken._id });
  });
});

describe('the number of tasks', () => {
  it('is limited for each account, and a deletion makes room', async () => {
    const limited = await createServices({ maximumPerAccount: 2 });
    const add = (accountId = owner) =>
      limited.tasks.createTask({ accountId, title: 'One', description }, contextOf(accountId));
    const { id } = await add();
    await add();

    await expect(add()).rejects.toMatchObject({
      code: 'TASK_ERR_03',
      httpStatus: 409,
      message: expect.stringContaining('at most 2 tasks') as string,
    });
    await add(stranger);
    await limited.tasks.deleteTask({ accountId: owner, id }, context);
    await add();
    await expect(add()).rejects.toThrow(TaskLimitReachedError);
    await limited.throwaway.remove();
  });

  it('is not exceeded by a burst of an account that was not counted before', async () => {
    const limited = await createServices({ maximumPerAccount: 5 });
    const add = () =>
      limited.tasks.createTask({ accountId: owner, title: 'One', description }, context);

    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, add));

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await limited.throwaway.database.collection('tasks').countDocuments()).toBe(5);
    await limited.throwaway.remove();
  });

  it('is counted again after a while, where others store and delete as well', async () => {
    const limited = await createServices({ maximumPerAccount: 2 });
    const add = () =>
      limited.tasks.createTask({ accountId: owner, title: 'One', description }, context);
    const stored = limited.throwaway.database.collection('tasks');
    await add();
    await add();
    await expect(add()).rejects.toThrow(TaskLimitReachedError);

    await stored.deleteMany({});
    limited.clock.advance(5_000);
    await add();
    await limited.throwaway.remove();
  });

  it('leaves readable what was stored before there was a limit', async () => {
    await create('1');
    await create('2');
    const { database } = services.throwaway;
    const { audit } = services;
    const limited = TaskService.create({ database, audit, settings: { maximumPerAccount: 1 } });

    const list = await limited.getTasksByAccountId({ accountId: owner }, context);

    expect(list.totalCount).toBe(2);
    const creating = limited.createTask({ accountId: owner, title: '3', description }, context);
    await expect(creating).rejects.toThrow(TaskLimitReachedError);
  });

  it('grows by no deleted ones either: the oldest are removed', async () => {
    const limited = await createServices({ maximumPerAccount: 2 });
    for (const title of ['1', '2', '3', '4']) {
      const { id } = await limited.tasks.createTask(
        { accountId: owner, title, description },
        context,
      );
      await limited.tasks.deleteTask({ accountId: owner, id }, context);
      limited.clock.advance(60_000);
    }
    await limited.tasks.createTask({ accountId: owner, title: '5', description }, context);

    const stored = await limited.throwaway.database.collection('tasks').find().toArray();
    expect(stored.map((task) => task['title'] as string)).toEqual(['3', '4', '5']);
    await limited.throwaway.remove();
  });
});

async function expectUnknown(accountId: string, id: string): Promise<void> {
  const attempts = [
    tasks.getTaskById({ accountId, id }, context),
    tasks.updateTask({ accountId, id, title: 'Changed', description }, context),
    tasks.deleteTask({ accountId, id }, context),
  ];
  for (const outcome of await Promise.allSettled(attempts)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: new TaskNotFoundError(id) });
  }
}

describe('a list', () => {
  it("holds the account's own, the newest first", async () => {
    await create('1');
    services.clock.advance(1_000);
    await create('2');
    const { id } = await create('3');
    await create('4');
    await tasks.deleteTask({ accountId: owner, id }, context);
    await tasks.createTask({ accountId: stranger, title: '5', description }, contextOf(stranger));

    const list = await tasks.getTasksByAccountId({ accountId: owner }, context);

    expect(list.items.map(({ title }) => title)).toEqual(['4', '2', '1']);
    expect(list).toMatchObject({
      paginationParams: { offset: 0, page: 1, size: 10 },
      totalCount: 3,
      totalPages: 1,
    });
  });

  it('comes in pages, counted after the offset', async () => {
    for (const title of ['1', '2', '3', '4', '5', '6']) {
      await create(title);
    }

    const list = await tasks.getTasksByAccountId(
      { accountId: owner, pagination: { offset: 1, page: 2, size: 2 } },
      context,
    );

    expect(list.items.map(({ title }) => title)).toEqual(['3', '2']);
    expect(list).toMatchObject({
      paginationParams: { offset: 1, page: 2, size: 2 },
      totalCount: 6,
      totalPages: 3,
    });
  });

  it('is empty on a page after the last', async () => {
    const list = await tasks.getTasksByAccountId(
      { accountId: owner, pagination: { page: Number.MAX_SAFE_INTEGER, size: 1_000 } },
      context,
    );

    expect(list).toEqual({
      items: [],
      paginationParams: { offset: 0, page: Number.MAX_SAFE_INTEGER, size: 100 },
      totalCount: 0,
      totalPages: 0,
    });
  });

  it('refuses a page that there can not be', async () => {
    const reading = tasks.getTasksByAccountId(
      { accountId: owner, pagination: { page: 0 } },
      context,
    );

    await expect(reading).rejects.toThrow(TaskBadRequestError);
    await expect(reading).rejects.toThrow('page must be at least 1');
  });

  it('is found by an index, and no more documents read than are answered', async () => {
    await documents().insertMany(
      Array.from({ length: 1_000 }, (_, index) => ({
        account_id: index % 10 === 0 ? owner : stranger,
        title: String(index),
        description,
        active: index % 20 === 0,
        created_at: new Date(index),
        updated_at: new Date(index),
      })),
    );
    const { driver } = services.throwaway.database;
    await driver.command({ profile: 2 });

    await tasks.getTasksByAccountId({ accountId: owner, pagination: { size: 20 } }, context);

    await driver.command({ profile: 0 });
    const [profiled] = await driver
      .collection('system.profile')
      .find({ 'command.find': 'tasks' })
      .toArray();
    expect(profiled).toMatchObject({
      planSummary: 'IXSCAN { account_id: 1, created_at: -1, _id: -1 }',
      docsExamined: 20,
      nreturned: 20,
    });
  });
});
