import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { send } from '../client.ts';
import { AdminDesk, reason, type Person } from './admin-desk.ts';

const MINUTE = 60_000;
let desk: AdminDesk;

beforeAll(async () => {
  desk = await AdminDesk.start();
});
afterAll(() => desk.close());

function post(path: string, body: object, { token }: Person = desk.admin) {
  const headers = { 'idempotency-key': 'key-1' };
  return send('POST', `${desk.api}${path}`, { body: { ...body, reason }, token, headers });
}

describe('a change by an operator that is sent again with its Idempotency-Key', () => {
  const webhook = { url: 'https://example.org/hooks', events: ['account.created'] };

  it('is made and recorded once, and tells its secret again, to nobody else', async () => {
    const first = await post('/admin/webhooks', webhook);
    const second = await post('/admin/webhooks', webhook);

    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await desk.collection('webhook_endpoints').countDocuments()).toBe(1);
    const recorded = { action: 'authz_admin', actor_id: desk.admin.id };
    expect(await desk.collection('audit_log').countDocuments(recorded)).toBe(1);
    const keys = desk.collection('idempotency_keys');
    expect(await keys.countDocuments({ confirmed_at: { $exists: true } })).toBe(1);
    const { secret } = first.body;
    expect(secret).toEqual(expect.any(String));
    expect(await desk.storedText()).not.toContain(secret);

    const other = await desk.person('admin');
    const others = await post('/admin/webhooks', webhook, other);
    expect(others.body['secret']).not.toBe(secret);
  });

  it('is refused to whoever may not make it any more', async () => {
    const operator = await desk.person('admin');
    const body = { name: 'first-line', permissions: ['jobs.read'] };
    expect(await post('/admin/roles', body, operator)).toMatchObject({ status: 201 });

    await desk.post(`/admin/accounts/${operator.id}/revoke-role`, { role: 'admin', reason });
    expect(await post('/admin/roles', body, operator)).toMatchObject({
      status: 403,
      body: { code: 'ACCESS_TOKEN_ERR_09' },
    });
  });

  it('is refused once the authentication is no longer recent', async () => {
    const body = { name: 'second-line', permissions: ['jobs.read'] };
    expect(await post('/admin/roles', body)).toMatchObject({ status: 201 });

    desk.test.clock.advance(11 * MINUTE);
    expect(await post('/admin/roles', body)).toMatchObject({
      status: 403,
      body: { code: 'ACCESS_TOKEN_ERR_08' },
    });
  });
});
