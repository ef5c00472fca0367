import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { patch, post } from '../client.ts';
import { AdminDesk, reason, type Person } from './admin-desk.ts';

const unknown = '64b00000000000000000000a';

let desk: AdminDesk;

beforeAll(async () => {
  desk = await AdminDesk.start({ hasRateLimits: true });
});
afterAll(() => desk.close());

function mailsTo(address: string) {
  const sent = desk.test.messages.emails;
  return sent.filter(({ message }) => message.to === address);
}

describe('an owner who cannot log in', () => {
  it('is mailed a link for a new password', async () => {
    const ada = await desk.person();

    const answer = await desk.post(`/admin/accounts/${ada.id}/send-reset`, { reason });
    await desk.test.runDueWork();

    expect(answer).toMatchObject({
      status: 200,
      body: { expires_at: expect.any(String) as string },
    });
    const [mail] = mailsTo(ada.username);
    const token = /reset_password\?token=([\w.~-]+)/.exec(JSON.stringify(mail))?.[1];
    expect(token).toBeDefined();
    const reset = { token, new_password: 'difference-engine-1822' };
    expect((await patch(`${desk.api}/accounts/${ada.id}`, reset)).status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain(token);
    expect(await desk.storedText()).not.toContain(token);
    expect(await desk.records('accounts.send-reset')).toMatchObject([
      { resource_id: ada.id, outcome: 'success', changes: { reason: { new: reason } } },
    ]);
  });

  it('gets a new code to the contact that is on record, and to none that is not', async () => {
    const phone_number = { country_code: '+91', phone_number: '9876500001' };
    const { body } = await post(`${desk.api}/accounts`, { phone_number });
    const id = body['id'] as string;
    await desk.test.runDueWork();
    desk.test.clock.advance(2 * 60_000);

    const answer = await desk.post(`/admin/accounts/${id}/resend-code`, {
      channel: 'phone',
      reason,
    });
    await desk.test.runDueWork();

    expect(answer.status).toBe(200);
    const code = /\b\d{4,8}\b/.exec(desk.test.messages.sms.at(-1)?.message.text ?? '')?.[0];
    const login = await post(`${desk.api}/access-tokens`, { phone_number, otp_code: code });
    expect(login).toMatchObject({ status: 201, body: { account_id: id } });
    const records = await desk.records('accounts.resend-code');
    expect(records).toMatchObject([{ changes: { parameters: { new: { channel: 'phone' } } } }]);
    expect(JSON.stringify(records)).not.toContain(code);
    const byMail = await desk.post(`/admin/accounts/${id}/resend-code`, {
      channel: 'email',
      reason,
    });
    expect(byMail).toMatchObject({ status: 409, body: { code: 'ACCOUNT_ERR_10' } });
  });

  it('is let in again after too many failures', async () => {
    const ada = await desk.person();
    const logIn = async (password: string) =>
      (await post(`${desk.api}/access-tokens`, { username: ada.username, password })).status;
    let status = 401;
    for (let attempt = 0; attempt < 50 && status === 401; attempt += 1) {
      status = await logIn('not the password');
    }
    expect(status).toBe(429);

    const unlock = () => desk.post(`/admin/accounts/${ada.id}/unlock`, { reason });
    expect([(await unlock()).status, (await unlock()).status]).toEqual([204, 204]);

    expect(await logIn('not the password')).toBe(401);
  });

  it.each([
    ['send-reset', {}],
    ['resend-code', { channel: 'email' }],
    ['unlock', {}],
    ['contact-requests', { email: 'ada@example.com' }],
  ])('is not there: %s answers 404', async (what, fields) => {
    for (const id of [unknown, 'no-id']) {
      const answer = await desk.post(`/admin/accounts/${id}/${what}`, { ...fields, reason });
      expect([id, answer.status, answer.body]).toMatchObject([id, 404, { code: 'ACCOUNT_ERR_02' }]);
    }
  });

  it.each([
    ['send-reset', {}],
    ['resend-code', { channel: 'email' }],
  ])('gets nothing while disabled: %s answers 409', async (what, fields) => {
    const { id } = await desk.person();
    await desk.post(`/admin/accounts/${id}/disable`, { reason });

    const answer = await desk.post(`/admin/accounts/${id}/${what}`, { ...fields, reason });

    expect(answer).toMatchObject({ status: 409, body: { code: 'ACCOUNT_ERR_10' } });
  });

  it.each(['fax', 7, null])('gets no code by %j', async (channel) => {
    const answer = await desk.post(`/admin/accounts/${unknown}/resend-code`, { channel, reason });

    expect(answer).toMatchObject({ status: 400, body: { code: 'ADMIN_ERR_01' } });
  });
});

describe('another contact, after a check of identity', () => {
  const address = 'lovelace@example.com';
  let ada: Person;

  async function ask(body: object) {
    return desk.post(`/admin/accounts/${ada.id}/contact-requests`, { ...body, reason });
  }

  beforeAll(async () => {
    ada = await desk.person();
  });

  it('is asked for by one operator, and given by another', async () => {
    const asked = await ask({ email: address });
    expect(asked).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^[0-9a-f]{24}$/) as string },
    });
    const id = asked.body['id'] as string;
    const listed = await desk.get('/admin/contact-requests');
    expect(listed.body['items']).toEqual([
      {
        id,
        account_id: ada.id,
        email: address,
        phone_number: null,
        requested_by: { type: 'account', id: desk.admin.id },
        requested_at: desk.test.clock.now().toISOString(),
        expires_at: asked.body['expires_at'],
      },
    ]);
    const whole = await desk.get(`/admin/accounts/${ada.id}`);
    expect(whole.body['contact_requests']).toEqual(listed.body['items']);

    const path = `/admin/contact-requests/${id}/approve`;
    expect(await desk.post(path, { reason })).toMatchObject({
      status: 403,
      body: { code: 'ACCOUNT_ERR_09' },
    });
    const other = await desk.person('admin');
    expect(await desk.post(path, { reason }, other)).toMatchObject({
      status: 200,
      body: { account_id: ada.id },
    });
    expect(await desk.post(path, { reason }, other)).toMatchObject({
      status: 404,
      body: { code: 'ACCOUNT_ERR_08' },
    });
    const { body } = await desk.get(`/admin/accounts/${ada.id}`);
    expect(body).toMatchObject({ email: address, email_verified: true, contact_requests: [] });
    // Nobody had a contact before who could undo it.
    expect(body['contact_changes']).toEqual([]);
    expect(body['identities']).toContainEqual(
      expect.objectContaining({ value: address, reserved_until: null }),
    );
    expect(await desk.records('accounts.approve-contact')).toMatchObject([
      { resource_type: 'account_contact_requests', resource_id: id, outcome: 'denied' },
    ]);
    const [record] = await desk.records('accounts.change-contact');
    expect(record).toMatchObject({
      resource_id: ada.id,
      changes: { parameters: { new: { kind: 'email' } }, reason: { new: reason } },
    });
    expect(JSON.stringify(record)).not.toContain(address);
  });

  it('can be undone by who had one before, and says until when', async () => {
    const asked = await ask({ email: 'countess@example.com' });
    const path = `/admin/contact-requests/${String(asked.body['id'])}/approve`;
    await desk.post(path, { reason }, await desk.person('admin'));

    const { body } = await desk.get(`/admin/accounts/${ada.id}`);
    expect(body['contact_changes']).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
        status: 'done',
        email: 'countess@example.com',
        phone_number: null,
        former_email: address,
        former_phone_number: null,
        requested_at: desk.test.clock.now().toISOString(),
        expires_at: asked.body['expires_at'],
      },
    ]);
  });

  it('is refused once', async () => {
    const asked = await ask({ phone_number: { country_code: '+91', phone_number: '9876500002' } });
    const path = `/admin/contact-requests/${String(asked.body['id'])}/reject`;

    expect((await desk.post(path, { reason })).status).toBe(204);
    expect(await desk.post(path, { reason })).toMatchObject({
      status: 404,
      body: { code: 'ACCOUNT_ERR_08' },
    });
    expect((await desk.get('/admin/contact-requests')).body['items']).toEqual([]);
  });

  it.each(['revoke-role', 'disable', 'delete'])(
    'is not approved after the %s of whoever asked for it, and can be refused',
    async (what) => {
      const asker = await desk.person('support');
      const path = `/admin/accounts/${ada.id}/contact-requests`;
      const { body } = await desk.post(path, { email: 'thief@example.com', reason }, asker);
      const at = (decision: string) => `/admin/contact-requests/${String(body['id'])}/${decision}`;
      const form = { reason, ...(what === 'revoke-role' ? { role: 'support' } : {}) };
      expect((await desk.post(`/admin/accounts/${asker.id}/${what}`, form)).status).toBe(200);

      const approved = await desk.post(at('approve'), { reason });

      expect(approved).toMatchObject({ status: 404, body: { code: 'ACCOUNT_ERR_08' } });
      const { body: account } = await desk.get(`/admin/accounts/${ada.id}`);
      expect(account['email']).not.toBe('thief@example.com');
      expect((await desk.post(at('reject'), { reason })).status).toBe(204);
    },
  );

  it('is taken back by who asked for it, who may not approve anything', async () => {
    const asker = await desk.person('support');
    const path = `/admin/accounts/${ada.id}/contact-requests`;
    const { body } = await desk.post(path, { email: address, reason }, asker);
    const at = (what: string) => `/admin/contact-requests/${String(body['id'])}/${what}`;

    expect((await desk.post(at('reject'), { reason }, asker)).status).toBe(403);
    const notTheirs = await desk.post(at('withdraw'), { reason });
    expect(notTheirs).toMatchObject({ status: 404, body: { code: 'ACCOUNT_ERR_08' } });
    expect((await desk.post(at('withdraw'), { reason }, asker)).status).toBe(204);
    expect((await desk.post(at('withdraw'), { reason }, asker)).status).toBe(404);
    expect(await desk.records('accounts.withdraw-contact')).toMatchObject([
      { resource_id: body['id'], outcome: 'failure' },
    ]);
  });

  it.each([
    [{}, 'ADMIN_ERR_01'],
    [
      { email: address, phone_number: { country_code: '+91', phone_number: '9876500002' } },
      'ADMIN_ERR_01',
    ],
    [{ email: 7 }, 'ADMIN_ERR_01'],
    [{ phone_number: '9876500002' }, 'ADMIN_ERR_01'],
    [{ email: 'no address' }, 'ACCOUNT_ERR_04'],
    [{ phone_number: { country_code: '+91', phone_number: '1' } }, 'OTP_ERR_03'],
  ])('is not asked for as %j', async (fields, code) => {
    expect(await ask(fields)).toMatchObject({ status: 400, body: { code } });
  });

  it('is listed page by page', async () => {
    for (let person = 0; person < 3; person += 1) {
      const { id } = await desk.person();
      const email = `owner-${person}@example.com`;
      await desk.post(`/admin/accounts/${id}/contact-requests`, { email, reason });
    }

    const first = await desk.get('/admin/contact-requests?limit=2');
    const next = String(first.body['next_cursor']);
    const second = await desk.get(`/admin/contact-requests?limit=2&cursor=${next}`);

    expect(first.body['items']).toHaveLength(2);
    expect(second.body).toMatchObject({
      items: [{ email: 'owner-0@example.com' }],
      next_cursor: null,
    });
    expect((await desk.get('/admin/contact-requests?cursor=nonsense')).status).toBe(400);
  });
});
