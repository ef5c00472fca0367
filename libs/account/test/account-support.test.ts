import { AccountStateError, AccountWithIdNotFoundError } from '@org/account';
import { OperationContext, TooManyRequestsError } from '@org/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createApp, type TestApp } from './rest-api/app.ts';
import { contactsOf } from './rest-api/contacts-of.ts';
import { anonymous, ownerOf } from './services.ts';

const operator = OperationContext.create({
  actor: { type: 'worker', id: 'support' },
  requestId: 'request-1',
  sourceAddress: '198.51.100.7',
});
const UNKNOWN = '64b000000000000000000001';
const MINUTE = 60_000;
const emailAddress = 'ada@example.com';
const password = 'analytical engine';

let app: TestApp;
const { clear, deliver, ownerWith } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp({ rateLimits: true });
});
beforeEach(async () => {
  await clear();
  await app.collection('throttle_counters').deleteMany({});
});
afterAll(async () => {
  await app.close();
});

const sendReset = (accountId: string) =>
  app.accounts.support.sendPasswordReset({ accountId }, operator);
const resend = (accountId: string, channel: 'email' | 'phone') =>
  app.accounts.support.resendCode({ accountId, channel }, operator);
const unlock = (accountId: string) => app.accounts.support.unlock({ accountId }, operator);
const disable = (accountId: string) => app.accounts.support.disableAccount({ accountId }, operator);

describe('sendPasswordReset', () => {
  it('mails the link that the owner would have asked for', async () => {
    const { id } = await ownerWith(emailAddress);

    const { expiresAt } = await sendReset(id);

    expect(expiresAt.getTime() - app.clock.now().getTime()).toBe(30 * MINUTE);
    const [, token] = /reset_password\?token=([\w-]{43})/.exec((await deliver())[emailAddress]!)!;
    const answer = await app.send('PATCH', `/accounts/${id}`, {
      body: { token, new_password: 'difference engine' },
    });
    expect(answer.status).toBe(200);
  });

  it('reaches a username that is an address, unless that is another’s proved one', async () => {
    const { id } = await app.createOwner('eve@example.com');
    await sendReset(id);
    expect(Object.keys(await deliver())).toContain('eve@example.com');
    const { id: squatter } = await app.createOwner(emailAddress);
    await app
      .collection('accounts')
      .insertOne({
        ...(await app.collection('accounts').findOne())!,
        ...{ _id: undefined, username: '', email: emailAddress, email_verified: true },
      } as object)
      .then(({ insertedId }) =>
        app.collection<{ _id: string }>('account_identities').insertOne({
          _id: `email:${emailAddress}`,
          ...{ account_id: insertedId.toHexString(), kind: 'email', value: emailAddress },
          ...{ created_at: new Date(), updated_at: new Date() },
        }),
      );

    await expect(sendReset(squatter)).rejects.toThrow(AccountStateError);
  });

  it('is refused for a disabled, an unknown, and an account without an address', async () => {
    const { id } = await ownerWith(emailAddress);
    const { id: named } = await app.createOwner('ada');
    await disable(id);
    await deliver();

    await expect(sendReset(id)).rejects.toThrow(`Account ${id} is disabled. Enable it first.`);
    await expect(sendReset(named)).rejects.toThrow(AccountStateError);
    await expect(sendReset(UNKNOWN)).rejects.toThrow(AccountWithIdNotFoundError);
    expect(await deliver()).toEqual({});
  });

  it('has the budget of the mailbox, which unlocking restores, and none of the source', async () => {
    const { id } = await ownerWith(emailAddress);
    for (let count = 0; count < 3; count += 1) {
      await sendReset(id);
    }

    await expect(sendReset(id)).rejects.toThrow(TooManyRequestsError);
    await unlock(id);
    await sendReset(id);
    for (let index = 0; index < 20; index += 1) {
      const other = await app.accounts.admitProvedEmail(
        { emailAddress: `${index}@example.com` },
        anonymous,
      );
      await sendReset(other.id);
    }
  });
});

describe('resendCode', () => {
  it('sends another code by mail, with which the owner logs in', async () => {
    const { id } = await ownerWith(emailAddress);

    const { expiresAt } = await resend(id, 'email');

    expect(expiresAt > app.clock.now()).toBe(true);
    const [code] = /\b\d{6}\b/.exec((await deliver())[emailAddress]!)!;
    await app.logins.loginByEmailAndCode(
      { emailAddress, emailCode: code, userAgent: 'test', ip: '192.0.2.1' },
      anonymous,
    );
  });

  it('sends another code by SMS, also to a number that is not proved yet', async () => {
    const parts = { country_code: '+91', phone_number: '9999999999' };
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    const { id } = await app.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
    await deliver();
    await expect(resend(id, 'phone')).rejects.toThrow(TooManyRequestsError);
    app.clock.advance(MINUTE);

    await resend(id, 'phone');

    const [code] = /\b\d{6}\b/.exec((await deliver())['+919999999999']!)!;
    await app.loginByOtp(parts, code);
    expect(await app.accounts.getAccountById({ id }, ownerOf(id))).toMatchObject({
      phoneNumberVerified: true,
    });
  });

  it('is refused for a disabled, an unknown, and an account without the contact', async () => {
    const { id } = await app.createOwner('ada');

    await expect(resend(id, 'email')).rejects.toThrow(AccountStateError);
    await expect(resend(id, 'phone')).rejects.toThrow(AccountStateError);
    await expect(resend(UNKNOWN, 'phone')).rejects.toThrow(AccountWithIdNotFoundError);
    const { id: disabled } = await ownerWith(emailAddress);
    await disable(disabled);
    await deliver();
    await expect(resend(disabled, 'email')).rejects.toThrow(AccountStateError);
    expect(await deliver()).toEqual({});
  });
});

describe('unlock', () => {
  const wrong = 'wrong password';
  const fail = async (name: string, source: string, times = 6) => {
    for (let index = 0; index < times; index += 1) {
      await logIn(name, wrong, source).catch(() => undefined);
    }
  };
  const logIn = (username: string, given: string, source = '192.0.2.1') =>
    app.logins.loginByUsernameAndPassword(
      { username, password: given, userAgent: 'test', ip: source },
      OperationContext.anonymous('request-1', source),
    );

  it('lets the owner log in at once whom others’ failures made wait', async () => {
    const { id } = await app.createOwner('ada');
    await app.collection('throttle_counters').deleteMany({});
    await fail('ADA', '203.0.113.1');
    await expect(logIn('ada', password, '203.0.113.2')).rejects.toThrow(TooManyRequestsError);

    await unlock(id);

    await logIn('ada', password, '203.0.113.2');
  });

  it('forgets the owner’s own failures, and still knows from where they log in', async () => {
    const { id } = await app.createOwner('ada');
    await logIn('ada', password);
    await fail('ada', '192.0.2.1');
    await expect(logIn('ada', password)).rejects.toThrow(TooManyRequestsError);

    await unlock(id);

    await fail('ada', '203.0.113.1');
    await expect(logIn('ada', password, '203.0.113.2')).rejects.toThrow(TooManyRequestsError);
    await logIn('ada', password);
  });

  it('restores the budget of codes to the account’s contacts', async () => {
    const { id } = await ownerWith(emailAddress);
    for (let count = 0; count < 3; count += 1) {
      await resend(id, 'email');
      app.clock.advance(31_000);
    }
    await expect(resend(id, 'email')).rejects.toThrow(TooManyRequestsError);

    await unlock(id);

    await resend(id, 'email');
    await expect(unlock(UNKNOWN)).rejects.toThrow(AccountWithIdNotFoundError);
  });
});
