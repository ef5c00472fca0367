import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anonymous } from '../services.ts';
import { createApp, type TestApp } from './app.ts';
import { contactsOf, numberOf, reversalIn } from './contacts-of.ts';

const DAY = 24 * 60 * 60_000;
const password = 'analytical engine';
const old = 'ada@example.com';
const next = 'lovelace@example.com';

let app: TestApp;
const {
  clear,
  deliver,
  logIn,
  ownerWith,
  request,
  remove,
  change,
  reverse,
  identitiesOf,
  isAlive,
  proveEmail,
} = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(clear);
afterAll(async () => {
  await app.close();
});

describe('an "it was not me"', () => {
  it('ends everything, puts the old address back and asks for a new password', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);
    await request(owner, { email: 'eve@example.com' });
    await deliver();
    const hash = { hashed_password: '$argon2id$of-the-thief' };
    await app.collection('accounts').updateOne({}, { $set: hash });

    const answer = await reverse(token);

    expect(answer).toMatchObject({ status: 201, body: { expires_at: expect.any(String) } });
    expect(await isAlive(owner)).toBe(false);
    expect(await app.collection('accounts').findOne()).toMatchObject({
      email: old,
      email_verified: true,
      hashed_password: '',
    });
    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
    const mails = await deliver();
    expect(Object.keys(mails)).toEqual([old]);
    expect(mails[old]).toContain('/reset_password?token=');
    expect(mails[old]).toContain('so we ended all its sessions');
    expect((await proveEmail(next)).id).not.toBe(owner.id);
    expect(
      await app.collection('account_contact_changes').countDocuments({ status: 'pending' }),
    ).toBe(0);
  });

  it('undoes every later change, whose tokens are void', async () => {
    const { id } = await ownerWith(old);
    await change(await logIn(id), '9999999991');
    await deliver();
    app.clock.advance(7 * DAY);
    const owner = await logIn(id);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);
    await change(owner, '9999999992');
    const later = reversalIn((await deliver())['+919999999991']);
    await change(owner, { email: 'eve@example.com' });
    const latest = reversalIn((await deliver())[next]);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await app.collection('accounts').findOne()).toMatchObject({
      email: old,
      phone_number: numberOf('9999999991'),
      phone_number_proved: true,
    });
    expect(await identitiesOf(owner)).toEqual({
      [`email:${old}`]: false,
      'phone:+919999999991': false,
    });
    for (const void_ of [later, latest, token]) {
      expect(await reverse(void_)).toMatchObject({ status: 400 });
    }
  });

  it('leaves earlier changes, and their tokens', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const earlier = reversalIn((await deliver())[old]);
    await change(owner, { email: 'eve@example.com' });
    const token = reversalIn((await deliver())[next]);

    await reverse(token);

    expect(await app.collection('accounts').findOne()).toMatchObject({ email: next });
    expect(await reverse(earlier)).toMatchObject({ status: 201 });
    expect(await app.collection('accounts').findOne()).toMatchObject({ email: old });
  });

  it('works once, however often it is sent at once', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);

    const answers = await Promise.all(Array.from({ length: 10 }, () => reverse(token)));

    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 400),
    ]);
  });

  it('is too late after 7 days', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);
    app.clock.advance(7 * DAY);

    expect(await reverse(token)).toMatchObject({ status: 400, body: { code: 'ACCOUNT_ERR_04' } });
    expect(await app.collection('accounts').findOne()).toMatchObject({ email: next });
  });

  it.each([['x'], [''], ['x'.repeat(20_000)], [1], [null]])(
    'needs our token: %j',
    async (token) => {
      expect(await reverse(token)).toMatchObject({ status: 400, body: { code: 'ACCOUNT_ERR_04' } });
    },
  );

  it('is stored as a hash', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);

    for (const name of ['account_contact_changes', 'audit_log', 'notification_deliveries']) {
      const stored = JSON.stringify(await app.collection(name).find().toArray());
      expect(stored).not.toContain(token);
    }
  });

  it('of whoever had the account before its owner proved the username is void', async () => {
    const stranger = await app.createOwner(old, password);
    await change(stranger, { email: 'eve@example.com' });
    await deliver();
    await remove(stranger, 'email');
    const token = reversalIn((await deliver())['eve@example.com']);

    expect((await proveEmail(old)).id).toBe(stranger.id);

    expect(await reverse(token)).toMatchObject({ status: 400 });
    expect(await app.collection('accounts').findOne()).toMatchObject({ email: old });
  });

  it('is not for whoever had the contact between a change and the change back', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await deliver();
    await change(owner, '9999999992');
    const ofNumber = reversalIn((await deliver())['+919999999991']);
    await change(owner, { email: next });
    await deliver();
    await change(owner, { email: 'eve@example.com' });
    await deliver();

    await change(owner, { email: old });

    const told = (await deliver())['eve@example.com'];
    expect(told).toBeDefined();
    expect(told).not.toContain('contact-reversals');
    expect(await identitiesOf(owner)).toEqual({
      [`email:${old}`]: false,
      'phone:+919999999991': true,
      'phone:+919999999992': false,
    });
    expect(await reverse(ofNumber)).toMatchObject({ status: 201 });
    expect(await app.collection('accounts').findOne()).toMatchObject({
      email: old,
      phone_number: numberOf('9999999991'),
    });
  });

  it('is recorded if its token is forged, or used', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);
    const action = 'authn_contact_reversal';
    await app.collection('audit_log').deleteMany({ action });
    app.clock.advance(60_000);

    expect(await reverse(token)).toMatchObject({ status: 201 });
    for (const refused of [token, `${token}x`, 'x'.repeat(1_000)]) {
      expect(await reverse(refused)).toMatchObject({ status: 400 });
    }

    const records = await app.collection('audit_log').find({ action }).toArray();
    expect(records).toHaveLength(3);
    for (const record of records) {
      expect(record).toMatchObject({ outcome: 'failure', resource_type: 'accounts', changes: {} });
      expect(record).toMatchObject({ actor_id: null, resource_id: '' });
    }
  });

  it('is not used up while the account is deleted', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);
    await app.send('DELETE', `/accounts/${owner.id}`, { token: owner.token });
    expect(await reverse(token)).toMatchObject({ status: 400 });
    await app.accounts.deletion.restoreAccount({ accountId: owner.id }, anonymous);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await app.collection('accounts').findOne()).toMatchObject({ email: old });
  });

  it('reaches the former contact although the account is deleted at once', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    await app.send('DELETE', `/accounts/${owner.id}`, { token: owner.token });

    expect(reversalIn((await deliver())[old])).toBeDefined();
  });
});
