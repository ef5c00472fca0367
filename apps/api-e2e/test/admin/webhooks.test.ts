import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AdminDesk, reason } from './admin-desk.ts';

const unknown = '64b00000000000000000000a';
const url = 'https://billing.example.com/hooks';
const events = ['account.created'];

let desk: AdminDesk;

beforeAll(async () => {
  desk = await AdminDesk.start();
});
afterAll(() => desk.close());

async function create(): Promise<{ readonly id: string; readonly secret: string }> {
  const { body } = await desk.post('/admin/webhooks', { url, events, reason });
  const { webhook, secret } = body as { webhook: { id: string }; secret: string };
  return { id: webhook.id, secret };
}

describe('an endpoint of another system', () => {
  it('is created with a secret that is shown once and recorded nowhere', async () => {
    const created = await desk.post('/admin/webhooks', {
      url,
      events,
      description: 'Billing',
      reason,
    });

    expect(created.status).toBe(201);
    const { webhook, secret } = created.body as { webhook: { id: string }; secret: string };
    expect(webhook).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      url,
      description: 'Billing',
      events,
      state: 'enabled',
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
      previous_secret_valid_until: null,
      created_at: expect.any(String) as string,
      updated_at: expect.any(String) as string,
    });
    expect(secret).toMatch(/^whsec_/);
    const listed = await desk.get('/admin/webhooks');
    expect(listed.body).toEqual({ items: [webhook], next_cursor: null });
    expect(JSON.stringify(listed.body)).not.toContain(secret);
    expect(await desk.storedText()).not.toContain(secret);
    expect(await desk.records('webhooks.create')).toMatchObject([
      {
        resource_type: 'webhook_endpoints',
        outcome: 'success',
        changes: { parameters: { new: { url, events } }, reason: { new: reason } },
      },
    ]);
  });

  it('gets a new secret, shown once', async () => {
    const { id, secret } = await create();

    const rotated = await desk.post(`/admin/webhooks/${id}/rotate-secret`, { reason });
    const leaked = await desk.post(`/admin/webhooks/${id}/rotate-secret`, { now: true, reason });

    expect([rotated.status, leaked.status]).toEqual([200, 200]);
    const secrets = [rotated, leaked].map(({ body }) => body['secret'] as string);
    expect(new Set([secret, ...secrets]).size).toBe(3);
    const stored = await desk.storedText();
    for (const each of secrets) {
      expect(stored).not.toContain(each);
    }
    expect(await desk.records('webhooks.rotate-secret')).toMatchObject([
      { changes: { parameters: { new: { now: true } } } },
      { changes: { parameters: { new: { now: false } } } },
    ]);
  });

  it('is changed, and what is left out stays', async () => {
    const { id } = await create();

    const changed = await desk.patch(`/admin/webhooks/${id}`, { description: 'Ours', reason });

    expect(changed).toMatchObject({ status: 200, body: { id, url, events, description: 'Ours' } });
    expect(await desk.patch(`/admin/webhooks/${id}`, { reason })).toMatchObject({
      status: 400,
      body: { code: 'ADMIN_ERR_01' },
    });
  });

  it('is disabled and enabled, also if it is so already', async () => {
    const { id } = await create();
    const ask = async (what: string) =>
      (await desk.post(`/admin/webhooks/${id}/${what}`, { reason })).body;

    for (const [what, state, disabled_reason] of [
      ['disable', 'disabled', 'operator'],
      ['disable', 'disabled', 'operator'],
      ['enable', 'enabled', null],
      ['enable', 'enabled', null],
    ] as const) {
      expect(await ask(what)).toMatchObject({ id, state, disabled_reason });
    }
    expect(await desk.records('webhooks.enable')).toMatchObject([
      { resource_id: id, outcome: 'success' },
      { resource_id: id, outcome: 'success' },
    ]);
  });

  it('is sent a test, whose delivery is listed and sent again once it has ended', async () => {
    const { id } = await create();
    const sent = await desk.post(`/admin/webhooks/${id}/send-test`, { reason });
    expect(sent.status).toBe(201);
    const deliveryId = sent.body['delivery_id'] as string;
    const replay = () => desk.post(`/admin/webhook-deliveries/${deliveryId}/replay`, { reason });
    expect(await replay()).toMatchObject({ status: 404, body: { code: 'WEBHOOK_ERR_05' } });
    await desk
      .collection('webhook_deliveries')
      .updateOne(
        { _id: new ObjectId(deliveryId) },
        { $set: { status: 'failed', last_status: 500, finished_at: new Date(), attempts: NaN } },
      );

    const { body } = await desk.get(`/admin/webhooks/${id}/deliveries?limit=1`);
    expect(body).toMatchObject({
      items: [{ id: deliveryId, event: 'webhook.test', status: 'failed', last_status: 500 }],
      next_cursor: null,
    });
    expect((await replay()).status).toBe(204);
    await desk.post(`/admin/webhooks/${id}/disable`, { reason });
    expect(await desk.post(`/admin/webhooks/${id}/send-test`, { reason })).toMatchObject({
      status: 409,
      body: { code: 'WEBHOOK_ERR_04' },
    });
  });

  it('is removed once', async () => {
    const { id } = await create();

    expect((await desk.post(`/admin/webhooks/${id}/remove`, { reason })).status).toBe(204);

    expect(await desk.post(`/admin/webhooks/${id}/remove`, { reason })).toMatchObject({
      status: 404,
      body: { code: 'WEBHOOK_ERR_01' },
    });
    expect(await desk.records('webhooks.remove')).toMatchObject([
      { resource_id: id, outcome: 'failure' },
      { resource_id: id, outcome: 'success' },
    ]);
  });

  it.each([
    [{ url: 'nonsense', events }, 'WEBHOOK_ERR_02'],
    [{ url: 'https://ada:password-4711@billing.example.com/', events }, 'WEBHOOK_ERR_02'],
    [{ url, events: ['no.such.event'] }, 'WEBHOOK_ERR_02'],
    [{ url, events: 'account.created' }, 'ADMIN_ERR_01'],
    [{ url, events: [7] }, 'ADMIN_ERR_01'],
    [{ events }, 'ADMIN_ERR_01'],
    [{ url, events, description: 'a'.repeat(501) }, 'WEBHOOK_ERR_02'],
  ])('is not created as %j', async (fields, code) => {
    const answer = await desk.post('/admin/webhooks', { ...fields, reason });

    expect(answer).toMatchObject({ status: 400, body: { code } });
    expect(await desk.storedText()).not.toContain('password-4711');
  });

  it('keeps no others from being listed if it is malformed', async () => {
    const { id } = await create();
    const odd = { url: 7, events: 'all', state: null, created_at: 'yesterday' };
    await desk.collection('webhook_endpoints').insertOne(odd, { bypassDocumentValidation: true });
    const good = await desk.collection('webhook_endpoints').findOne({ state: 'enabled' });
    const far = { ...good, _id: new ObjectId(), disabled_at: new Date(8.64e15) };
    await desk.collection('webhook_endpoints').insertOne(far, { bypassDocumentValidation: true });

    const { status, body } = await desk.get('/admin/webhooks');

    expect(status).toBe(200);
    expect((body['items'] as { id: string }[]).map((item) => item.id)).toContain(id);
  });

  it.each(['enable', 'disable', 'remove', 'rotate-secret', 'send-test'])(
    'answers 404 to %s where there is none',
    async (what) => {
      for (const id of [unknown, 'no-id']) {
        const answer = await desk.post(`/admin/webhooks/${id}/${what}`, { reason });
        expect(answer).toMatchObject({ status: 404, body: { code: 'WEBHOOK_ERR_01' } });
      }
    },
  );
});
