import { ObjectId, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp, type Owner, type TestApp } from './app.ts';

/** Everything that a client could wish to set. */
const WISHES = {
  id: '64b000000000000000000001',
  _id: '64b000000000000000000001',
  account_id: '64b000000000000000000001',
  active: false,
  username: 'root',
  hashed_password: 'x',
  phone_number_proved: true,
  deleted_at: '2000-01-01T00:00:00.000Z',
  created_at: '2000-01-01T00:00:00.000Z',
  updated_at: '2000-01-01T00:00:00.000Z',
  $set: { active: false },
  'phone_number.phone_number': '9999999999',
  role: 'admin',
};

let app: TestApp;
let owner: Owner;

beforeAll(async () => {
  app = await createApp();
  owner = await app.createOwner('ada@example.com');
});
afterAll(async () => {
  await app.close();
});

function stored(id = owner.id): Promise<Document | null> {
  return app.collection('accounts').findOne({ _id: ObjectId.createFromHexString(id) });
}

describe('what a client may not set', () => {
  it('is ignored at sign-up with a username', async () => {
    const { status, body } = await app.send('POST', '/accounts', {
      body: {
        ...WISHES,
        first_name: 'Grace',
        last_name: 'Hopper',
        username: 'grace',
        password: 'compiles to machine code',
      },
    });

    expect(status).toBe(201);
    expect(await stored(body.id)).toEqual({
      _id: ObjectId.createFromHexString(body.id),
      active: true,
      first_name: 'Grace',
      last_name: 'Hopper',
      username: 'grace',
      hashed_password: expect.stringMatching(/^\$argon2id\$/),
      phone_number: null,
      email: null,
      email_verified: false,
      identity_version: 1,
      created_at: app.clock.now(),
      updated_at: app.clock.now(),
    });
  });

  it('is ignored at sign-up with a phone number', async () => {
    const { status, body } = await app.send('POST', '/accounts', {
      body: {
        ...WISHES,
        first_name: 'Grace',
        password: 'compiles to machine code',
        phone_number: { country_code: '+91', phone_number: '9999999998', proved: true },
      },
    });

    expect(status).toBe(201);
    expect(await stored(body.id)).toMatchObject({
      active: true,
      first_name: '',
      username: '',
      hashed_password: '',
      phone_number: { country_code: '+91', phone_number: '9999999998' },
      phone_number_proved: false,
    });
  });

  it('is ignored by an update of the names', async () => {
    const before = await stored();

    const { status } = await app.send('PATCH', `/accounts/${owner.id}`, {
      token: owner.token,
      body: { ...WISHES, first_name: 'Augusta' },
    });

    expect(status).toBe(200);
    expect(await stored()).toEqual({ ...before, first_name: 'Augusta' });
  });

  it('is ignored by an update of the preferences', async () => {
    const { status, body } = await app.send(
      'PATCH',
      `/accounts/${owner.id}/notification-preferences`,
      { token: owner.token, body: { ...WISHES, sms_enabled: false } },
    );

    expect(status).toBe(200);
    expect(body).toMatchObject({ account_id: owner.id, sms_enabled: false });
    expect(
      await app.collection('account_notification_preferences').findOne({ account_id: WISHES.id }),
    ).toBeNull();
  });

  it('is ignored by a change of the password', async () => {
    const before = await stored();

    const { status } = await app.send('PATCH', `/accounts/${owner.id}`, {
      token: owner.token,
      body: {
        ...WISHES,
        current_password: 'analytical engine',
        new_password: 'difference engine',
      },
    });

    expect(status).toBe(200);
    expect(await stored()).toEqual({
      ...before,
      hashed_password: expect.stringMatching(/^\$argon2id\$/),
      session_epoch: 1,
    });
  });

  it.each(['__proto__', 'constructor'])('is refused by the name of %s', async (name) => {
    const answer = await fetch(`${app.address}/api/accounts/${owner.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.token}` },
      body: `{"first_name": "A", "${name}": {"prototype": {"active": false}}}`,
    });

    expect(answer.status).toBe(400);
  });
});
