import {
  accountDisabled,
  accountEnabled,
  AccountInvalidCredentialsError,
  AccountWithIdNotFoundError,
} from '@org/account';
import { OtpIncorrectError } from '@org/authentication';
import { AppError, OperationContext } from '@org/core';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createApp, type Owner, type TestApp } from './rest-api/app.ts';
import { contactsOf, reversalIn } from './rest-api/contacts-of.ts';
import { anonymous } from './services.ts';

const operator = OperationContext.create({
  actor: { type: 'worker', id: 'support' },
  requestId: 'request-1',
});
const DAY = 24 * 60 * 60_000;
const emailAddress = 'ada@example.com';

let app: TestApp;
let published: unknown[];
let endPolicy: ReturnType<typeof vi.fn<() => void>>;
const { clear, deliver, change, ownerWith, reverse, request } = contactsOf(() => app);

beforeAll(async () => {
  endPolicy = vi.fn<() => void>();
  app = await createApp({
    policies: { endPolicy },
    events: {
      hasListeners: () => false,
      publish: async (event, payload) => {
        published.push([event.name, payload]);
      },
    },
  });
});
beforeEach(async () => {
  await clear();
  published = [];
  endPolicy.mockReset();
});
afterAll(async () => {
  await app.close();
});

const disable = (accountId: string) => app.accounts.support.disableAccount({ accountId }, operator);
const enable = (accountId: string) => app.accounts.support.enableAccount({ accountId }, operator);
const stored = ({ id }: Owner) =>
  app.collection('accounts').findOne({ _id: ObjectId.createFromHexString(id) });

describe('disableAccount', () => {
  it('marks the account and raises its epoch, tells the owner, and publishes an event', async () => {
    const ada = await ownerWith(emailAddress);
    published = [];

    await disable(ada.id);

    expect(await stored(ada)).toMatchObject({
      active: true,
      disabled_at: app.clock.now(),
      session_epoch: 1,
    });
    expect(published).toContainEqual([accountDisabled.name, { accountId: ada.id }]);
    expect(Object.entries(await deliver())).toEqual([
      [emailAddress, expect.stringContaining('disabled your account')],
    ]);
  });

  it('is recorded with who did it', async () => {
    const ada = await ownerWith(emailAddress);

    await disable(ada.id);

    const about = { resourceType: 'accounts', resourceId: ada.id };
    const { items } = await app.audit.findRecordsByResource(about, operator);
    const disabled = { disabled_at: { old: null, new: app.clock.now().toISOString() } };
    expect(JSON.parse(JSON.stringify(items))).toContainEqual(
      expect.objectContaining({
        actorType: 'worker',
        actorId: 'support',
        changes: expect.objectContaining(disabled),
      }),
    );
  });

  it('happens once, and not to an unknown or deleted account', async () => {
    const ada = await ownerWith(emailAddress);
    await disable(ada.id);
    const before = await stored(ada);
    published = [];
    app.clock.advance(1_000);

    await disable(ada.id);

    expect(await stored(ada)).toEqual(before);
    expect(published).toEqual([]);
    await expect(disable('64b000000000000000000001')).rejects.toThrow(AccountWithIdNotFoundError);
    await app.accounts.deletion.deleteAccount({ accountId: ada.id }, operator);
    await expect(disable(ada.id)).rejects.toThrow(AccountWithIdNotFoundError);
    await expect(enable(ada.id)).rejects.toThrow(AccountWithIdNotFoundError);
  });

  it('can be refused by the program, which may also refuse a deletion', async () => {
    const ada = await ownerWith(emailAddress);
    endPolicy.mockImplementation(() => {
      throw new AppError({ code: 'ROLE_ERR_01', httpStatus: 409, message: 'The last one stays.' });
    });

    await expect(disable(ada.id)).rejects.toThrow('The last one stays.');
    await expect(
      app.accounts.deletion.deleteAccount({ accountId: ada.id }, operator),
    ).rejects.toThrow('The last one stays.');

    expect(await stored(ada)).not.toHaveProperty('disabled_at');
    expect(await stored(ada)).toMatchObject({ active: true });
    expect(endPolicy).toHaveBeenCalledWith({ accountId: ada.id }, expect.anything());
  });

  it('drops the codes and links on their way, and requested changes of contact', async () => {
    const ada = await ownerWith(emailAddress);
    await app.accounts.requestPasswordReset({ emailAddress }, anonymous);
    await request(ada, { email: 'new@example.com' });

    await disable(ada.id);

    expect(Object.keys(await deliver())).toEqual([emailAddress]);
    expect(await app.collection('account_contact_changes').countDocuments()).toBe(0);
    expect(await app.collection('password_reset_tokens').countDocuments({ is_used: false })).toBe(
      0,
    );
  });

  it('tells a former contact, too, which a thief may have replaced', async () => {
    const ada = await ownerWith(emailAddress);
    await change(ada, { email: 'thief@example.com' });
    await deliver();

    await disable(ada.id);

    expect(Object.keys(await deliver()).toSorted()).toEqual([emailAddress, 'thief@example.com']);
  });
});

describe('enableAccount', () => {
  it('lets the owner log in again, tells them, and publishes an event', async () => {
    const ada = await app.createOwner('ada@example.com');
    await disable(ada.id);
    expect(await app.login('ada@example.com', 'analytical engine')).toMatchObject({ status: 401 });
    await deliver();
    published = [];

    await enable(ada.id);

    expect(await stored(ada)).not.toHaveProperty('disabled_at');
    expect(await app.login('ada@example.com', 'analytical engine')).toMatchObject({ status: 201 });
    expect(published).toContainEqual([accountEnabled.name, { accountId: ada.id }]);
    expect(await deliver()).toMatchObject({
      'ada@example.com': expect.stringContaining('enabled your account'),
    });
  });

  it('does nothing to an account that is not disabled', async () => {
    const ada = await ownerWith(emailAddress);
    published = [];

    await enable(ada.id);

    expect(published).toEqual([]);
    expect(await stored(ada)).not.toHaveProperty('session_epoch');
  });
});

describe('the owner of a disabled account', () => {
  it('cannot act as it through anything that was looked at before', async () => {
    const ada = await app.createOwner('ada');
    const { id: accountId } = ada;
    await disable(accountId);

    await expect(app.accounts.getAccountById({ id: accountId }, operator)).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
    await expect(
      app.accounts.updateAccountProfile({ accountId, firstName: 'Eve' }, operator),
    ).rejects.toThrow(AccountWithIdNotFoundError);
    await expect(
      app.accounts.getAccountByIdAndPassword(
        { accountId, password: 'analytical engine' },
        operator,
      ),
    ).rejects.toThrow(AccountInvalidCredentialsError);
    await expect(app.accounts.proveAccountPhoneNumber({ accountId }, operator)).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
    await expect(
      app.accounts.contacts.requestContactChange({ accountId, emailAddress }, operator),
    ).rejects.toThrow(AccountWithIdNotFoundError);
    expect(await app.accounts.findAccountForLogin({ accountId }, operator)).toBeUndefined();
  });

  it('is let in by no proof of an address that leads to it', async () => {
    const ada = await ownerWith(emailAddress);
    const eve = await app.createOwner('eve@example.com');
    await disable(ada.id);
    await disable(eve.id);

    for (const address of [emailAddress, 'eve@example.com']) {
      await expect(
        app.accounts.admitProvedEmail({ emailAddress: address }, anonymous),
      ).rejects.toThrow(OtpIncorrectError);
    }
    expect(await app.collection('accounts').countDocuments()).toBe(2);
  });

  it('takes back a contact that a thief changed, and stays disabled without a link', async () => {
    const ada = await ownerWith(emailAddress);
    await change(ada, { email: 'thief@example.com' });
    const token = reversalIn((await deliver())[emailAddress]);
    await disable(ada.id);
    await deliver();

    const answer = await reverse(token);

    expect(answer).toMatchObject({ status: 201, body: { expires_at: expect.any(String) } });
    expect(await stored(ada)).toMatchObject({ email: emailAddress, disabled_at: expect.any(Date) });
    expect(await deliver()).toEqual({});
    expect(await reverse(token)).toMatchObject({ status: 400 });
  });

  it('ends the mails of a topic by a link in one of them', async () => {
    const ada = await ownerWith(emailAddress);
    await disable(ada.id);
    const { mailSubscriptions } = app.notification;
    vi.spyOn(mailSubscriptions, 'findMailSubscription').mockReturnValueOnce({
      accountId: ada.id,
      topic: 'announcement',
    });

    const answer = await app.accounts.unsubscribing.unsubscribe({ token: 'of a mail' }, anonymous);

    expect(answer.isUsable).toBe(true);
  });
});

describe('a disabled account', () => {
  it('can be exported', async () => {
    const ada = await ownerWith(emailAddress);
    await disable(ada.id);

    const exported = await app.accounts.exportAccount({ accountId: ada.id }, operator);
    await exported.end();

    expect(exported.account).toMatchObject({ id: ada.id, email: emailAddress });
  });

  it('stays disabled when it is deleted and restored', async () => {
    const ada = await app.createOwner('ada');
    await disable(ada.id);
    await app.accounts.deletion.deleteAccount({ accountId: ada.id }, operator);

    const restored = await app.accounts.deletion.restoreAccount({ accountId: ada.id }, operator);

    expect(restored.state).toBe('disabled');
    expect(await app.login('ada', 'analytical engine')).toMatchObject({ status: 401 });
    await enable(ada.id);
    expect(await app.login('ada', 'analytical engine')).toMatchObject({ status: 201 });
  });

  it('is erased like any other', async () => {
    const ada = await ownerWith(emailAddress);
    await disable(ada.id);
    await app.accounts.deletion.deleteAccount({ accountId: ada.id }, operator);
    app.clock.advance(31 * DAY);

    await app.accounts.deletion.eraseAccount({ accountId: ada.id }, operator);

    expect(await stored(ada)).toBeNull();
    expect(await app.collection('account_identities').countDocuments()).toBe(0);
  });

  it('keeps a number from others that it never proved, until one proves it', async () => {
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    const squatter = await app.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
    await disable(squatter.id);
    const ada = await ownerWith(emailAddress);

    const answer = await change(ada, '9999999999');

    expect(answer).toMatchObject({ status: 200, body: { phone_number_verified: true } });
    expect(await stored({ ...ada, id: squatter.id })).toMatchObject({ phone_number: null });
  });
});
