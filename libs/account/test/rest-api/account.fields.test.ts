import { defineAccountFields } from '@org/account';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anonymous } from '../services.ts';
import { createApp, type Owner, type TestApp } from './app.ts';

const fields = defineAccountFields({
  company: { schema: Type.String({ maxLength: 20 }), optional: true },
  contactLocale: { schema: Type.Union([Type.Literal('en'), Type.Literal('de')]), default: 'en' },
  plan: { schema: Type.String(), default: 'free', write: 'operator' },
  riskScore: { schema: Type.Number(), default: 0, write: 'operator', read: 'operator' },
});
const NAMES = { first_name: 'Ada', last_name: 'Lovelace' };
const SEEN = { company: null, contact_locale: 'en', plan: 'free' };

let app: TestApp;
let owner: Owner;
let path: string;

beforeAll(async () => {
  app = await createApp({ fields });
  owner = await app.createOwner('ada@example.com');
  path = `/accounts/${owner.id}`;
});
afterAll(async () => {
  await app.close();
});

function patch(body: unknown) {
  return app.send('PATCH', path, { token: owner.token, body });
}

describe('declared fields over HTTP', () => {
  it('are beside the others, with their defaults, and never those of operators', async () => {
    const { body } = await app.send('GET', path, { token: owner.token });

    expect(body).toEqual({
      id: owner.id,
      ...NAMES,
      username: 'ada@example.com',
      email: null,
      email_verified: false,
      phone_number: null,
      phone_number_verified: false,
      ...SEEN,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
  });

  it('are set at sign-up, but for those that owners may not write', async () => {
    const form = { ...NAMES, username: 'grace', password: 'compiles to machine code' };
    const wished = { company: 'Navy', contact_locale: 'de', plan: 'pro', risk_score: 1 };

    const { status, body } = await app.send('POST', '/accounts', { body: { ...form, ...wished } });

    expect(status).toBe(201);
    expect(body).toMatchObject({ company: 'Navy', contact_locale: 'de', plan: 'free' });
    expect(await app.collection('accounts').findOne({ username: 'grace' })).toMatchObject({
      plan: 'free',
      risk_score: 0,
    });
  });

  it('are not taken with a phone number that nobody has proved', async () => {
    const phone_number = { country_code: '+91', phone_number: '9999999998' };

    const { status, body } = await app.send('POST', '/accounts', {
      body: { phone_number, company: 'Navy' },
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({ ...SEEN, first_name: '' });
  });

  it('are changed alone or beside names, and null clears an optional one', async () => {
    expect((await patch({ company: 'Analytical' })).body).toMatchObject({
      ...SEEN,
      company: 'Analytical',
    });
    expect((await patch({ first_name: 'Augusta', contact_locale: 'de' })).body).toMatchObject({
      first_name: 'Augusta',
      company: 'Analytical',
      contact_locale: 'de',
    });
    expect((await patch({ company: null, contact_locale: 'en' })).body).toMatchObject(SEEN);
  });

  it('are refused with the route’s own error, and nothing is changed', async () => {
    const refused = await patch({ first_name: 'Grace', company: 5 });

    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      code: 'ACCOUNT_ERR_04',
      message: 'company must be a string',
      details: [{ path: '/company', message: 'company must be a string' }],
    });
    expect((await patch({ contact_locale: null })).body).toMatchObject({
      message: 'contact_locale must be "en" or "de"',
    });
    expect((await patch({ company: null })).body).not.toMatchObject({ first_name: 'Grace' });
  });

  it('of operators alone are no update', async () => {
    const { status, body } = await patch({ plan: 'pro' });

    expect(status).toBe(400);
    expect(body).toMatchObject({
      message:
        'The body must have first_name or last_name or company or contact_locale, current_password and new_password, or token and new_password.',
    });
  });

  it('are counted and refused at sign-up like the other fields', async () => {
    const form = { ...NAMES, username: 'joan', password: 'breaks codes at Bletchley' };

    const { status, body } = await app.send('POST', '/accounts', {
      body: { ...form, company: 'x'.repeat(21) },
    });

    expect(status).toBe(400);
    expect(body).toMatchObject({ details: [{ path: '/company', message: expect.any(String) }] });
    expect(await app.collection('accounts').countDocuments({ username: 'joan' })).toBe(0);
  });

  it('are in the owner’s export, but for those of operators', async () => {
    const change = { accountId: owner.id, riskScore: 0.251769 };
    await app.accounts.updateAccountProfile(change, anonymous);

    const { status, body } = await app.send('GET', `${path}/export`, { token: owner.token });

    expect(status).toBe(200);
    expect(body['account']).toMatchObject(SEEN);
    expect(JSON.stringify(body)).not.toContain('0.251769');
    expect(body['account']).not.toHaveProperty('risk_score');
  });

  it('answer what an earlier declaration let in', async () => {
    const stored = app.collection('accounts');
    await stored.updateOne({ username: 'ada@example.com' }, { $set: { contact_locale: 'fr' } });

    const { status, body } = await app.send('GET', path, { token: owner.token });

    expect(status).toBe(200);
    expect(body).toMatchObject({ contact_locale: 'fr' });
    expect((await patch({ first_name: 'Ada' })).status).toBe(200);
  });
});
