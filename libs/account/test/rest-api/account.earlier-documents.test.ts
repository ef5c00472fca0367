import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp, type TestApp } from './app.ts';

let app: TestApp;
let numbers = 9_999_955_000;

beforeAll(async () => {
  app = await createApp({ isMixed: true });
});
afterAll(async () => {
  await app.close();
});

/** A document that an earlier backend stored before there was a validator of ours. */
async function store(collection: string, document: object): Promise<string> {
  const { insertedId } = await app
    .collection(collection)
    .insertOne(document, { bypassDocumentValidation: true });
  return String(insertedId);
}

describe('an account without stored preferences', () => {
  it('is read without them, and gets them when the first is set', async () => {
    const { id, token } = await app.createOwner('ada');
    await app.collection('account_notification_preferences').deleteMany({ account_id: id });
    const path = `/accounts/${id}?include_notification_preferences=true`;

    const without = await app.send('GET', path, { token });
    await app.send('PATCH', `/accounts/${id}/notification-preferences`, {
      token,
      body: { sms_enabled: false },
    });
    const afterwards = await app.send('GET', path, { token });

    expect(without).toMatchObject({ status: 200, body: { id } });
    expect(without.body).not.toHaveProperty('notification_preferences');
    expect(afterwards.body['notification_preferences']).toMatchObject({
      email_enabled: true,
      sms_enabled: false,
    });
  });
});

describe('preferences without some flags, and without times', () => {
  it('are on where nothing was said', async () => {
    const { id, token } = await app.createOwner('grace');
    await app.collection('account_notification_preferences').deleteMany({ account_id: id });
    await store('account_notification_preferences', {
      account_id: id,
      active: true,
      sms_enabled: false,
      push_enabled: null,
    });

    const path = `/accounts/${id}?include_notification_preferences=true`;
    const { body } = await app.send('GET', path, { token });

    expect(body['notification_preferences']).toMatchObject({
      email_enabled: true,
      push_enabled: true,
      sms_enabled: false,
      created_at: expect.any(String),
    });
  });
});

describe('the contacts of an account that an earlier backend stored', () => {
  it.each([
    ['a proved number', { phone_number_proved: true }, true],
    ['a number of which it said nothing', {}, true],
    ['an unproved number', { phone_number_proved: false }, false],
    ['no number', { phone_number: null }, false],
  ])('have no e-mail address, and are verified as it said: %s', async (_what, fields, verified) => {
    const { id, token } = await app.createOwner(`contacts-${new ObjectId().toHexString()}`);
    const phone_number = { country_code: '+91', phone_number: String(numbers++) };
    await app
      .collection('accounts')
      .updateOne({ _id: new ObjectId(id) }, [
        { $unset: ['email', 'email_verified', 'phone_number_proved'] },
        { $set: { phone_number, ...fields } },
      ]);

    const { body } = await app.send('GET', `/accounts/${id}`, { token });

    expect(body).toMatchObject({
      email: null,
      email_verified: false,
      phone_number_verified: verified,
    });
  });

  it('are as proved as the documents say', async () => {
    const { id, token } = await app.createOwner('proved');
    const proved = { email: 'Ada@example.com', email_verified: true };
    await app.collection('accounts').updateOne({ _id: new ObjectId(id) }, { $set: proved });

    const { body } = await app.send('GET', `/accounts/${id}`, { token });

    expect(body).toMatchObject(proved);
  });
});

describe('an account without most of its fields', () => {
  it.each([
    ['no number', undefined, null],
    ['an empty number', {}, null],
    ['no country code', { phone_number: '1' }, { country_code: '', phone_number: '1' }],
  ])('is read: %s', async (_what, stored, answered) => {
    const { id, token } = await app.createOwner(`lost-${new ObjectId().toHexString()}`);
    await app.collection('accounts').updateOne(
      { _id: new ObjectId(id) },
      stored === undefined
        ? {
            $unset: {
              phone_number: 1,
              first_name: 1,
              last_name: 1,
              created_at: 1,
              updated_at: 1,
            },
          }
        : { $set: { phone_number: stored } },
      { bypassDocumentValidation: true },
    );

    const { status, body } = await app.send('GET', `/accounts/${id}`, { token });

    expect(status).toBe(200);
    expect(body['phone_number']).toEqual(answered);
    expect(body['created_at']).toEqual(expect.any(String));
  });
});

describe('a number that an earlier backend stored in other parts', () => {
  it.each([
    [{ country_code: '', phone_number: '+919999977777' }, '+919999977777'],
    [{ country_code: '+91', phone_number: '+91 99999 77776' }, '+919999977776'],
    [{ country_code: '91', phone_number: '9999977775' }, '+919999977775'],
    [{ country_code: 'IN', phone_number: '09999977774' }, '+919999977774'],
  ])('logs in as it is stored: %j', async (phone_number, e164) => {
    const time = new Date('2020-01-01T00:00:00.000Z');
    const names = { first_name: '', last_name: '', username: '', hashed_password: '' };
    const dates = { created_at: time, updated_at: time };
    const id = await store('accounts', { active: true, ...names, phone_number, ...dates });

    const answer = await app.send('POST', '/accounts', { body: { phone_number } });
    await app.notification.deliverDueMessages();
    const message = app.outbox.smsMessages.at(-1)!;
    const { accountId } = await app.loginByOtp(phone_number, /\d{6}/.exec(message.text)![0]);

    expect(answer).toMatchObject({ status: 201, body: { id } });
    expect(message.to).toBe(e164);
    expect(accountId).toBe(id);
  });

  it('is refused in such parts where no account has it so', async () => {
    const phone_number = { country_code: '', phone_number: '+919999966666' };
    const answer = await app.send('POST', '/accounts', { body: { phone_number } });

    expect(answer).toMatchObject({ status: 400, body: { code: 'OTP_ERR_03' } });
    expect(await app.collection('accounts').countDocuments({ phone_number })).toBe(0);
  });
});
