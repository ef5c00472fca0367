import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AdminDesk, reason } from './admin-desk.ts';

let desk: AdminDesk;

beforeAll(async () => {
  desk = await AdminDesk.start();
});
afterAll(() => desk.close());

const long_ago = new Date('2026-01-01T00:00:00Z');
const far_away = new Date('2999-01-01T00:00:00Z');

/** A message that was given up, as the program stores it. */
async function storeDelivery(fields: object = {}): Promise<string> {
  const _id = new ObjectId();
  await desk.collection('notification_deliveries').insertOne(
    {
      _id,
      account_id: '64b000000000000000000001',
      channel: 'email',
      topic: 'announcement',
      priority: 2,
      payload: {},
      status: 'dead',
      attempts: 12,
      next_attempt_at: long_ago,
      leased_until: null,
      expires_at: far_away,
      last_error: 'The mailbox is full.',
      created_at: long_ago,
      updated_at: long_ago,
      ...fields,
    },
    { bypassDocumentValidation: true },
  );
  return _id.toHexString();
}

async function storeJob(fields: object = {}): Promise<string> {
  const _id = new ObjectId();
  await desk.collection('agendaJobs').insertOne({
    _id: _id,
    name: 'account.erase',
    type: 'normal',
    data: { accountId: '64b000000000000000000001', password: 'secret-4711' },
    priority: 0,
    nextRunAt: null,
    lockedAt: null,
    attempts: 10,
    deadAt: long_ago,
    failReason: 'It failed.',
    created_at: long_ago,
    updated_at: long_ago,
    ...fields,
  });
  return _id.toHexString();
}

async function storeEvent(fields: object = {}): Promise<string> {
  const _id = new ObjectId();
  await desk.collection('event_deliveries').insertOne(
    {
      _id,
      kind: 'webhook.account.created',
      payload: {
        name: 'account.created',
        version: 1,
        publishedAt: long_ago,
        requestId: 'request-1',
        payload: { accountId: '64b000000000000000000001', username: 'somebody-secret' },
      },
      status: 'dead',
      priority: 2,
      attempts: 20,
      failures: 20,
      next_attempt_at: long_ago,
      due_at: long_ago,
      leased_until: null,
      expires_at: far_away,
      last_error: 'It was not heard.',
      created_at: long_ago,
      updated_at: long_ago,
      ...fields,
    },
    { bypassDocumentValidation: true },
  );
  return _id.toHexString();
}

describe('messages', () => {
  it('that were given up are listed and sent after all, once', async () => {
    const id = await storeDelivery();

    const listed = await desk.get('/admin/deliveries?status=dead');
    expect(listed).toMatchObject({ status: 200, body: { next_cursor: null } });
    expect(listed.body['items']).toEqual([
      {
        id,
        account_id: '64b000000000000000000001',
        channel: 'email',
        topic: 'announcement',
        attempts: 12,
        last_error: 'The mailbox is full.',
        created_at: long_ago.toISOString(),
        next_attempt_at: null,
        expires_at: far_away.toISOString(),
      },
    ]);

    expect(await desk.post(`/admin/deliveries/${id}/replay`, { reason })).toMatchObject({
      status: 204,
    });
    expect(await desk.post(`/admin/deliveries/${id}/replay`, { reason })).toMatchObject({
      status: 404,
      body: { code: 'NOTIFICATION_ERR_04' },
    });
    const records = await desk.records('deliveries.replay');
    expect(records).toMatchObject(
      ['failure', 'success'].map((outcome) => ({
        resource_type: 'notification_deliveries',
        resource_id: id,
        outcome,
        changes: { reason: { old: null, new: reason } },
      })),
    );
  });

  it('that failed and will be tried again are listed', async () => {
    const id = await storeDelivery({ status: 'queued', attempts: 2, next_attempt_at: far_away });

    const { body } = await desk.get('/admin/deliveries?limit=1');

    expect(body['items']).toMatchObject([
      {
        id,
        attempts: 2,
        next_attempt_at: far_away.toISOString(),
        expires_at: far_away.toISOString(),
      },
    ]);
  });

  it('that are malformed keep no others from being listed', async () => {
    const id = await storeDelivery();
    await storeDelivery({ attempts: 'many', topic: 7, created_at: 'yesterday' });
    await storeDelivery({ attempts: NaN });
    await storeDelivery({ attempts: 1.5 });
    await storeDelivery({ expires_at: new Date(8.64e15) });

    const { status, body } = await desk.get('/admin/deliveries?status=dead');

    expect(status).toBe(200);
    expect((body['items'] as { id: string }[]).map((item) => item.id)).toContain(id);
  });
});

describe('jobs', () => {
  it('are listed without what they are given, page by page', async () => {
    await storeJob();
    await storeJob();

    const first = await desk.get('/admin/dead-jobs?limit=1');
    expect(first.body['items']).toMatchObject([
      {
        name: 'account.erase',
        status: 'dead',
        schedule: null,
        attempts: 10,
        last_error: 'It failed.',
        dead_at: long_ago.toISOString(),
      },
    ]);
    const cursor = first.body['next_cursor'] as string;
    const second = await desk.get(`/admin/dead-jobs?limit=1&cursor=${cursor}`);
    expect(second.body['items']).toHaveLength(1);
    expect(second.body['items']).not.toEqual(first.body['items']);
    expect(JSON.stringify([first.body, second.body])).not.toContain('secret-4711');
  });

  it('are run by hand, and what they are given stands in no record', async () => {
    const payload = { accountId: '64b000000000000000000001', deletedAt: long_ago.toISOString() };

    const answer = await desk.post('/admin/jobs/account.erase/run', { payload, reason });

    expect(answer).toMatchObject({ status: 201 });
    const { job_id: id } = answer.body as { job_id: string };
    const listed = await desk.get('/admin/jobs?name=account.erase');
    expect((listed.body['items'] as { id: string }[]).map((item) => item.id)).toContain(id);
    const [record] = await desk.records('jobs.run');
    expect(record).toMatchObject({
      changes: { parameters: { new: { name: 'account.erase' } }, reason: { new: reason } },
    });
    expect(JSON.stringify(record)).not.toContain('64b000000000000000000001');
  });

  it.each([
    ['nobody-knows', {}, 'JOB_ERR_02'],
    ['account.erase', { payload: { accountId: 7 } }, 'JOB_ERR_03'],
    [
      'account.erase',
      { payload: { accountId: 'x', deletedAt: '2026-11-30T00:00:00Z' } },
      'JOB_ERR_03',
    ],
    ['account.erase', { payload: { accountId: 'a'.repeat(24), deletedAt: 'y' } }, 'JOB_ERR_03'],
    ['account.erase', { payload: 'no object' }, 'ADMIN_ERR_01'],
    [`Ada%20Lovelace`, {}, 'JOB_ERR_02'],
  ])('are not run as %s with %j', async (name, body, code) => {
    const answer = await desk.post(`/admin/jobs/${name}/run`, { ...body, reason });

    expect(answer).toMatchObject({ status: 400, body: { code } });
    expect(JSON.stringify(await desk.records('jobs.run'))).not.toContain('Lovelace');
  });

  it('that are dead get their attempts again, once', async () => {
    const id = await storeJob();

    expect((await desk.post(`/admin/dead-jobs/${id}/replay`, { reason })).status).toBe(204);

    expect(await desk.collection('agendaJobs').findOne({ _id: new ObjectId(id) })).toMatchObject({
      deadAt: null,
      attempts: 0,
    });
    expect(await desk.post(`/admin/dead-jobs/${id}/replay`, { reason })).toMatchObject({
      status: 404,
      body: { code: 'JOB_ERR_01' },
    });
    expect(await desk.records('jobs.replay')).toMatchObject([
      { outcome: 'failure', resource_id: id },
      { outcome: 'success', resource_id: id },
    ]);
  });

  it('that are malformed keep no others from being listed', async () => {
    const id = await storeJob();
    const odd = { attempts: 'many', nextRunAt: 'soon', failReason: { a: 1 } };
    await storeJob({ ...odd, repeatInterval: 5, repeatTimezone: [], data: 'none' });
    await storeJob({ attempts: NaN });
    await storeJob({ name: 7 });

    const { status, body } = await desk.get('/admin/dead-jobs');

    expect(status).toBe(200);
    expect((body['items'] as { id: string }[]).map((item) => item.id)).toContain(id);
  });
});

describe('events', () => {
  it('that were not heard are listed without what they say, and heard after all, once', async () => {
    const id = await storeEvent();

    const { body } = await desk.get('/admin/dead-events');
    expect(body['items']).toEqual([
      {
        id,
        event: 'account.created',
        listener: 'webhook.account.created',
        account_id: '64b000000000000000000001',
        attempts: 20,
        due_at: long_ago.toISOString(),
        last_error: 'It was not heard.',
        created_at: long_ago.toISOString(),
      },
    ]);

    expect((await desk.post(`/admin/dead-events/${id}/replay`, { reason })).status).toBe(204);

    const waiting = await desk.get('/admin/waiting-events?limit=1');
    expect(waiting.body['items']).toMatchObject([{ id, attempts: 0, last_error: null }]);
    expect(await desk.post(`/admin/dead-events/${id}/replay`, { reason })).toMatchObject({
      status: 404,
      body: { code: 'QUEUE_ERR_05' },
    });
    expect(await desk.records('events.replay')).toMatchObject([
      { outcome: 'failure', resource_id: id },
      { outcome: 'success', resource_id: id },
    ]);
  });

  it('that are malformed are shown as far as they can be read', async () => {
    const odd = { kind: 7, payload: 'none', attempts: 'many', last_error: {}, created_at: 'never' };
    const id = await storeEvent(odd);
    await storeEvent({ payload: { name: 7, payload: 'none' }, attempts: NaN, next_attempt_at: 1 });

    const { status, body } = await desk.get('/admin/dead-events');

    expect(status).toBe(200);
    expect((body['items'] as { id: string }[]).map((item) => item.id)).toContain(id);
  });
});

describe('a list', () => {
  const lists = ['deliveries', 'jobs', 'dead-jobs', 'waiting-events', 'dead-events'];

  it.each(lists)('of %s takes no limit or cursor that makes no sense', async (list) => {
    for (const limit of ['0', '-1', '1.5', 'two', '', '1e3', '1&limit=2']) {
      const answer = await desk.get(`/admin/${list}?limit=${limit}`);
      expect([limit, answer.status, answer.body]).toMatchObject([
        limit,
        400,
        { code: 'ADMIN_ERR_01', message: expect.stringContaining('limit') as string },
      ]);
    }
    for (const cursor of ['', 'nonsense', '{"$gt":""}', '../..', 'a'.repeat(5_000)]) {
      const answer = await desk.get(`/admin/${list}?cursor=${encodeURIComponent(cursor)}`);
      expect([cursor, answer.status]).toEqual([cursor, 400]);
    }
    const large = '9'.repeat(20);
    expect(await desk.get(`/admin/${list}?limit=${large}`)).toMatchObject({ status: 200 });
  });

  it('of messages has no status but these', async () => {
    const answer = await desk.get('/admin/deliveries?status=sent');

    expect(answer).toMatchObject({ status: 400, body: { code: 'ADMIN_ERR_01' } });
  });
});

describe('a reply to a change of something that is not there', () => {
  it.each([
    '/admin/deliveries/64b00000000000000000000a/replay',
    '/admin/deliveries/no-id/replay',
    '/admin/dead-jobs/64b00000000000000000000a/replay',
    '/admin/dead-jobs/no-id/replay',
    '/admin/dead-events/64b00000000000000000000a/replay',
    '/admin/dead-events/no-id/replay',
  ])('is 404 for %s, and its record has no more than an id', async (path) => {
    expect((await desk.post(path, { reason })).status).toBe(404);

    const last = await desk
      .collection('audit_log')
      .find({ action: 'authz_admin' })
      .sort({ _id: -1 })
      .limit(1)
      .next();
    expect(last).toMatchObject({ outcome: 'failure', actor_id: desk.admin.id });
    expect(last?.['resource_id']).toBe(path.includes('no-id') ? '' : '64b00000000000000000000a');
  });
});
