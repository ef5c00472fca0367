import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anonymous, ownerOf } from '../services.ts';
import { createApp, type TestApp } from './app.ts';
import { contactsOf, numberOf, origin, reversalIn } from './contacts-of.ts';

const DAY = 24 * 60 * 60_000;
const password = 'analytical engine';
const old = 'ada@example.com';
const next = 'lovelace@example.com';

let app: TestApp;
const {
  clear,
  deliver,
  codeFor,
  ownerWith,
  request,
  confirm,
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

describe('a change of e-mail address', () => {
  it('is made once the new one is proved; the old one is told, and kept for 7 days', async () => {
    const owner = await ownerWith(old);

    const requested = await request(owner, { email: next });

    expect(requested).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^[\da-f]{24}$/), expires_at: expect.any(String) },
    });
    const mails = await deliver();
    expect(Object.keys(mails)).toEqual([next]);
    const [code] = /\b\d{6}\b/.exec(mails[next]!)!;
    const changed = await confirm(owner, requested.body.id, code);
    expect(changed).toMatchObject({
      status: 200,
      body: { id: owner.id, email: next, email_verified: true },
    });
    expect(await identitiesOf(owner)).toEqual({
      [`email:${next}`]: false,
      [`email:${old}`]: true,
    });
    const told = await deliver();
    expect(Object.keys(told)).toEqual([old]);
    expect(reversalIn(told[old])).toEqual(expect.any(String));
    expect(await isAlive(owner)).toBe(true);

    const find = (emailAddress: string) =>
      app.accounts.findAccountByEmail({ emailAddress }, anonymous);
    expect(await find(next)).toMatchObject({ id: owner.id });
    expect(await find(old)).toBeUndefined();
    await expect(proveEmail(old)).rejects.toMatchObject({ code: 'ACCOUNT_ERR_06' });
    app.clock.advance(7 * DAY);
    expect((await proveEmail(old)).id).not.toBe(owner.id);
  });

  it('to the first one is told by username, as long as nothing is proved', async () => {
    const owner = await app.createOwner(old, password);

    expect(await change(owner, { email: next })).toMatchObject({ status: 200 });

    const told = await deliver();
    expect(Object.keys(told)).toEqual([old]);
    expect(told[old]).not.toContain('token');
  });

  it('to another spelling keeps nothing, and can be undone by nobody', async () => {
    const owner = await ownerWith(old);

    expect(await change(owner, { email: 'ADA@example.com' })).toMatchObject({
      status: 200,
      body: { email: 'ADA@example.com' },
    });

    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
  });

  it('back to one that is still kept takes that', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    await deliver();

    await change(owner, { email: old });

    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
    expect((await proveEmail(old)).id).toBe(owner.id);
  });

  it('makes links worthless that were mailed to the old one', async () => {
    const owner = await ownerWith(old);
    await app.send('POST', '/password-reset-tokens', { body: { email: old } });
    await app.jobs.runDispatched();
    const [, token] = /token=([\w-]+)/.exec((await deliver())[old]!)!;
    await change(owner, { email: next });

    const body = { token, new_password: 'difference engine' };
    expect(await app.send('PATCH', `/accounts/${owner.id}`, { body })).toMatchObject({
      status: 400,
    });
  });

  it('answers alike if the new one is taken, and 409 with the code', async () => {
    const other = await ownerWith(next);
    const owner = await ownerWith(old);

    const taken = await request(owner, { email: 'LOVELACE@example.com' });

    expect(taken).toMatchObject({
      status: 201,
      body: { id: expect.any(String), expires_at: expect.any(String) },
    });
    const code = await codeFor('LOVELACE@example.com');
    expect(await confirm(owner, taken.body.id, code)).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_ERR_06' },
    });
    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
    expect(await identitiesOf(other)).toEqual({ [`email:${next}`]: false });
    expect(await deliver()).toEqual({});
  });

  it('gives an address to one of many that prove it at once', async () => {
    const owners = [];
    for (let index = 0; index < 8; index += 1) {
      const owner = await ownerWith(`owner${index}@example.com`);
      const { body } = await request(owner, { email: next });
      owners.push({ owner, changeId: body.id, code: await codeFor(next) });
    }

    const answers = await Promise.all(
      owners.map(({ owner, changeId, code }) => confirm(owner, changeId, code)),
    );

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
    expect(await app.collection('accounts').countDocuments({ email: next })).toBe(1);
  });
});

describe('a change of phone number', () => {
  it('is made once the new one is proved; the old one is told, and kept for 7 days', async () => {
    const owner = await ownerWith(old);
    expect(await change(owner, '9999999991')).toMatchObject({
      status: 200,
      body: { phone_number: numberOf('9999999991'), phone_number_verified: true },
    });
    await deliver();

    await change(owner, '9999999992');

    const told = await deliver();
    expect(Object.keys(told)).toEqual(['+919999999991']);
    expect(reversalIn(told['+919999999991'])).toEqual(expect.any(String));
    expect(await identitiesOf(owner)).toEqual({
      [`email:${old}`]: false,
      'phone:+919999999991': true,
      'phone:+919999999992': false,
    });
    const form = { body: { phone_number: numberOf('9999999991') } };
    app.clock.advance(2 * 60_000);
    expect(await app.send('POST', '/accounts', form)).toMatchObject({
      status: 201,
      body: { id: owner.id },
    });
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999991' };
    const otpCode = await codeFor('+919999999991');
    await expect(
      app.logins.loginByPhoneNumberAndOtp({ phoneNumber, otpCode, ...origin }, anonymous),
    ).rejects.toMatchObject({ code: 'OTP_ERR_01' });
    app.clock.advance(7 * DAY);
    expect(await app.send('POST', '/accounts', form)).toMatchObject({ status: 201 });
  });

  it('answers 409 with the code if another has proved it', async () => {
    const other = await ownerWith(next);
    await change(other, '9999999991');
    const owner = await ownerWith(old);

    expect(await change(owner, '9999999991')).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_ERR_05' },
    });
  });

  it('takes it from an account that has not, which is removed as if it never would', async () => {
    const form = { body: { phone_number: numberOf('9999999991') } };
    const { body: claim } = await app.send('POST', '/accounts', form);
    await deliver();
    const owner = await ownerWith(old);

    expect(await change(owner, '9999999991')).toMatchObject({ status: 200 });

    app.clock.advance(8 * DAY);
    await app.jobs.run('account.remove-unproved');
    const left = await app.collection('accounts').find().toArray();
    expect(left.map(({ _id }) => _id.toHexString())).toEqual([owner.id]);
    expect(claim.id).not.toBe(owner.id);
  });
});

describe('a request', () => {
  it.each([
    ['no contact', {}, 'ACCOUNT_ERR_04', 'email or phone_number'],
    ['no address', { email: 'ada' }, 'ACCOUNT_ERR_04', 'email must be an e-mail address'],
    ['a number for an address', { email: 1 }, 'ACCOUNT_ERR_04', 'email must be a string'],
    ['no number', { phone_number: numberOf('1') }, 'OTP_ERR_03', 'valid phone number'],
    ['a text for a number', { phone_number: '1' }, 'ACCOUNT_ERR_04', 'must be a JSON object'],
  ])('is refused for %s', async (_what, body, code, message) => {
    expect(await request(await ownerWith(old), body)).toMatchObject({
      status: 400,
      body: { code, message: expect.stringContaining(message) },
    });
    expect(await app.collection('account_contact_changes').countDocuments()).toBe(0);
  });

  it('replaces the one before', async () => {
    const owner = await ownerWith(old);
    const { body: first } = await request(owner, { email: next });
    const code = await codeFor(next);
    await request(owner, { phone_number: numberOf('9999999991') });

    expect(await app.collection('account_contact_changes').countDocuments()).toBe(1);
    expect(await confirm(owner, first.id, code)).toMatchObject({ body: { code: 'OTP_ERR_01' } });
  });

  it('is for the owner alone', async () => {
    const owner = await ownerWith(old);
    const { token } = await ownerWith(next);
    const foreign = { id: owner.id, token };

    const answers = [
      await request(foreign, { email: 'eve@example.com' }),
      await confirm(foreign, new ObjectId().toHexString(), '123456'),
      await remove(foreign, 'email'),
      await remove(foreign, 'phone-number'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});

describe('a code', () => {
  it('is refused if it is wrong, used, no text, or for another request', async () => {
    const owner = await ownerWith(old);
    const { body: requested } = await request(owner, { email: next });
    const code = await codeFor(next);
    const wrong = code === '000000' ? '000001' : '000000';
    const other = await ownerWith('eve@example.com');
    const { body: foreign } = await request(other, { email: 'eve2@example.com' });

    const refusals = [
      [requested.id, wrong],
      [requested.id, 123456],
      [requested.id, null],
      [foreign.id, code],
      [new ObjectId().toHexString(), code],
      ['x'.repeat(2_000), code],
    ] as const;
    for (const [id, typed] of refusals) {
      expect(await confirm(owner, id, typed)).toMatchObject({
        status: 400,
        body: { code: 'OTP_ERR_01' },
      });
    }
    expect(await confirm(owner, requested.id, code)).toMatchObject({ status: 200 });
    expect(await confirm(owner, requested.id, code)).toMatchObject({ status: 400 });
    const path = `/accounts/${owner.id}/contact-changes/${requested.id}`;
    expect(await app.send('POST', path, { token: owner.token, body: {} })).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04', message: 'The body must have code.' },
    });
  });

  it('is recorded each time it is refused, until a flood is summed up', async () => {
    const owner = await ownerWith(old);
    const { body: requested } = await request(owner, { email: next });
    const code = await codeFor(next);
    const action = 'authn_contact_change';
    app.clock.advance(60_000);

    await confirm(owner, requested.id, code === '000000' ? '000001' : '000000');
    await confirm(owner, new ObjectId().toHexString(), code);
    expect(await confirm(owner, requested.id, code)).toMatchObject({ status: 200 });
    for (let time = 0; time < 10; time += 1) {
      await confirm(owner, requested.id, code);
    }

    app.clock.advance(60_000);
    await confirm(owner, requested.id, code);

    const filter = { action, resource_id: owner.id };
    const records = await app.collection('audit_log').find(filter).toArray();
    expect(records.map(({ count = 1 }) => count as number)).toEqual([1, 1, 1, 1, 1, 7, 1]);
    for (const record of records) {
      expect(record).toMatchObject({ outcome: 'failure', resource_type: 'accounts', changes: {} });
      expect(record).not.toHaveProperty('subject_digest');
    }
  });

  it('to log in proves no change, and that of a change logs nobody in', async () => {
    const owner = await ownerWith(old);
    const { body: requested } = await request(owner, { email: next });
    const code = await codeFor(next);
    await app.authentication.emailCodes.requestEmailCode({ emailAddress: next }, anonymous);
    const loginCode = await codeFor(next);

    if (code !== loginCode) {
      expect(await confirm(owner, requested.id, loginCode)).toMatchObject({ status: 400 });
      const login = { emailAddress: next, emailCode: code, ...origin };
      await expect(app.logins.loginByEmailAndCode(login, anonymous)).rejects.toMatchObject({
        httpStatus: 400,
      });
    }
    expect(await confirm(owner, requested.id, code)).toMatchObject({ status: 200 });
  });

  it('is too late after its 5 minutes', async () => {
    const owner = await ownerWith(old);
    const { body: requested } = await request(owner, { email: next });
    const code = await codeFor(next);
    app.clock.advance(5 * 60_000);

    expect(await confirm(owner, requested.id, code)).toMatchObject({
      status: 400,
      body: { code: 'OTP_ERR_02' },
    });
  });
});

describe('a removal', () => {
  it('of the e-mail address tells it, and keeps it for 7 days', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await deliver();

    expect(await remove(owner, 'email')).toMatchObject({
      status: 200,
      body: { email: null, email_verified: false, phone_number_verified: true },
    });

    expect(await identitiesOf(owner)).toEqual({
      [`email:${old}`]: true,
      'phone:+919999999991': false,
    });
    const told = await deliver();
    await reverse(reversalIn(told[old]));
    expect((await proveEmail(old)).id).toBe(owner.id);
  });

  it('of the phone number', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');

    expect(await remove(owner, 'phone-number')).toMatchObject({
      status: 200,
      body: { email: old, phone_number: null, phone_number_verified: false },
    });
  });

  it('of what is not there changes nothing', async () => {
    const owner = await ownerWith(old);

    expect(await remove(owner, 'phone-number')).toMatchObject({
      status: 200,
      body: { email: old },
    });
    expect(await deliver()).toEqual({});
  });

  it.each([
    ['email', {}],
    ['email', { username: 'ada' }],
    ['email', { hashed_password: '$argon2id$' }],
    ['email', { phone_number: numberOf('9999999991'), phone_number_proved: false }],
    [
      'phone-number',
      { email: null, email_verified: false, phone_number: numberOf('9999999991'), username: 'ada' },
    ],
  ] as const)('of the last way to log in is refused: %s of %j', async (contact, fields) => {
    const owner = await ownerWith(old);
    await app.collection('accounts').updateOne({}, { $set: fields });

    expect(await remove(owner, contact)).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_ERR_07' },
    });
  });

  it('is fine with a username and its password', async () => {
    const owner = await app.createOwner('ada', password);
    await change(owner, { email: old });

    expect(await remove(owner, 'email')).toMatchObject({ status: 200 });
  });

  it('of one contact leaves the other, if both are removed at once', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');

    const answers = await Promise.all([remove(owner, 'email'), remove(owner, 'phone-number')]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('what is stored about contacts', () => {
  it('is exported and erased with the account', async () => {
    await app.collection('audit_log').deleteMany({});
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    await deliver();
    const { id: accountId, token } = owner;

    const { body } = await app.send('GET', `/accounts/${accountId}/export`, { token });
    expect(body['contact_changes']).toMatchObject([
      { kind: 'email', status: 'done', new_contact: { email: next }, old_contact: { email: old } },
    ]);

    await app.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: true });
    await app.accounts.deletion.eraseAccount({ accountId }, anonymous);
    for (const name of ['account_contact_changes', 'account_identities', 'email_codes']) {
      const left = JSON.stringify(await app.collection(name).find().toArray());
      expect(left).not.toContain(old);
    }
    const audited = JSON.stringify(await app.collection('audit_log').find().toArray());
    expect(audited).not.toContain(next);
  });
});
