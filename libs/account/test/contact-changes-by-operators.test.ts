import {
  AccountBadRequestError,
  AccountContactRequestNotFoundError,
  AccountSameOperatorError,
  AccountWithEmailExistsError,
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberExistsError,
} from '@org/account';
import { OtpRequestFailedError } from '@org/authentication';
import { OperationContext, type PhoneNumber } from '@org/core';
import { collect } from '@org/core/testing';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createApp, type Owner, type TestApp } from './rest-api/app.ts';
import { contactsOf, reversalIn } from './rest-api/contacts-of.ts';
import { anonymous } from './services.ts';

const DAY = 24 * 60 * 60_000;
const emailAddress = 'ada@example.com';
const newAddress = 'new@example.com';
const phoneNumber: PhoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
const [one, other] = ['one', 'other'].map((id) =>
  OperationContext.create({ actor: { type: 'worker', id }, requestId: 'request-1' }),
) as [OperationContext, OperationContext];

let app: TestApp;
const { change, clear, deliver, ownerWith, remove, reverse, isAlive } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(async () => {
  await clear();
  await app.collection('account_contact_requests').deleteMany({});
});
afterAll(async () => {
  await app.close();
});

type Contact = { readonly emailAddress: string } | { readonly phoneNumber: PhoneNumber };

const ask = ({ id: accountId }: Pick<Owner, 'id'>, contact: Contact) =>
  app.accounts.support.requestContactChange({ accountId, ...contact }, one);
const approve = (requestId: string, as = other) =>
  app.accounts.support.approveContactChange({ requestId }, as);
const reject = (requestId: string, as = other) =>
  app.accounts.support.rejectContactChange({ requestId }, as);
const list = async (page = {}) => app.accounts.support.listContactRequests(page, other);
const stored = ({ id }: Pick<Owner, 'id'>) =>
  app.collection('accounts').findOne({ _id: ObjectId.createFromHexString(id) });

describe('a change of contact by operators', () => {
  it('happens once another approves it, tells the former contact, and can be undone', async () => {
    const ada = await ownerWith(emailAddress);

    const { id, expiresAt } = await ask(ada, { emailAddress: newAddress });

    expect(expiresAt.getTime()).toBe(app.clock.now().getTime() + 7 * DAY);
    expect(await stored(ada)).toMatchObject({ email: emailAddress });
    expect(await deliver()).toEqual({});
    expect(await approve(id)).toEqual({ accountId: ada.id });
    expect(await stored(ada)).toMatchObject({ email: newAddress, email_verified: true });
    const found = await app.accounts.findAccountByEmail({ emailAddress: newAddress }, anonymous);
    expect(found).toMatchObject({ id: ada.id });
    expect(await isAlive(ada)).toBe(true);
    const token = reversalIn((await deliver())[emailAddress]);
    expect(await reverse(token)).toMatchObject({ status: 201 });
    expect(await stored(ada)).toMatchObject({ email: emailAddress });
    expect(await isAlive(ada)).toBe(false);
  });

  it('that adds one is told to the other, which is to ask support and not for a reset', async () => {
    const ada = await ownerWith(emailAddress);
    await approve((await ask(ada, { phoneNumber })).id);

    const text = (await deliver())[emailAddress];

    expect(text).toContain('please contact our support team');
    expect(text).not.toContain('reset');
  });

  it('back to an address that is the username gives who had it in between no link', async () => {
    const ada = await app.createOwner(emailAddress);
    await approve((await ask(ada, { emailAddress: newAddress })).id);
    await deliver();

    await approve((await ask(ada, { emailAddress })).id);

    expect(JSON.stringify(await deliver())).not.toContain('contact-reversals');
    expect(await stored(ada)).toMatchObject({ email: emailAddress, email_verified: true });
    const found = app.accounts.findAccountByEmail({ emailAddress: newAddress }, anonymous);
    expect(await found).toBeUndefined();
  });

  it.each(['at once', 'after more changes of that kind'])(
    'back to a proved address that is the username gives who had it in between no link: %s',
    async (way) => {
      const ada = await app.createOwner(emailAddress);
      await change(ada, { email: emailAddress });
      // As if it was proved longer ago than changes are looked at.
      await app.collection('account_contact_changes').deleteMany({});
      await deliver();
      await approve((await ask(ada, { emailAddress: newAddress })).id);
      const told = [(await deliver())[newAddress]];
      if (way !== 'at once') {
        expect(await remove(ada, 'email')).toMatchObject({ status: 200 });
        told.push((await deliver())[newAddress]);
        expect(await change(ada, { email: 'third@example.com' })).toMatchObject({ status: 200 });
      }

      await approve((await ask(ada, { emailAddress })).id);

      told.push((await deliver())[newAddress]);
      const tokens = told.join().matchAll(/contact-reversals#token=([\w-]{43})/g);
      for (const [, token] of tokens) {
        expect((await reverse(token)).status).toBe(400);
      }
      expect(await stored(ada)).toMatchObject({ email: emailAddress, email_verified: true });
    },
  );

  it('is told to an address that was only the username, which cannot undo it', async () => {
    const ada = await app.createOwner(emailAddress);
    await approve((await ask(ada, { emailAddress: newAddress })).id);

    const text = (await deliver())[emailAddress];

    expect(text).toContain('please contact our support team');
    expect(text).not.toMatch(/contact-reversals|reset/);
  });

  it('is shown while it can be undone, and its former contact as such', async () => {
    const ada = await ownerWith(emailAddress);
    const show = () => app.accounts.support.getAccountWhole({ accountId: ada.id }, other);
    await approve((await ask(ada, { emailAddress: newAddress })).id);
    await approve((await ask(ada, { phoneNumber })).id);

    const { contactChanges, identities } = await show();

    const reservedUntil = new Date(app.clock.now().getTime() + 7 * DAY);
    const change = { email: newAddress, phoneNumber: null, expiresAt: reservedUntil };
    const former = { formerEmail: emailAddress, formerPhoneNumber: null };
    expect(contactChanges).toMatchObject([{ status: 'done', ...change, ...former }]);
    const shown = Object.fromEntries(identities.map((each) => [each.value, each.reservedUntil]));
    expect(shown).toEqual({
      [emailAddress]: reservedUntil,
      [newAddress]: null,
      '+919999999999': null,
    });
    await reverse(reversalIn((await deliver())[emailAddress]));
    expect((await show()).contactChanges).toEqual([]);
    expect((await show()).identities).toMatchObject([{ value: emailAddress, reservedUntil: null }]);
  });

  it('is shown no longer than it can be undone', async () => {
    const ada = await ownerWith(emailAddress);
    const show = async () =>
      (await app.accounts.support.getAccountWhole({ accountId: ada.id }, other)).contactChanges;
    await approve((await ask(ada, { phoneNumber })).id);
    const number = { countryCode: '+91', phoneNumber: '9999999998' };
    await approve((await ask(ada, { phoneNumber: number })).id);
    expect(await show()).toMatchObject([{ phoneNumber: number, formerPhoneNumber: phoneNumber }]);

    // Its link is good until the sessions end: a thief may have added the number.
    await app.accounts.support.endSessions({ accountId: ada.id }, one);

    expect(await show()).toEqual([]);
    await approve((await ask(ada, { emailAddress: newAddress })).id);
    expect(await show()).toHaveLength(1);
    app.clock.advance(7 * DAY);
    expect(await show()).toEqual([]);
  });

  it('is not approved by who asked for it', async () => {
    const ada = await ownerWith(emailAddress);
    const { id } = await ask(ada, { emailAddress: newAddress });

    await expect(approve(id, one)).rejects.toThrow(AccountSameOperatorError);

    expect(await stored(ada)).toMatchObject({ email: emailAddress });
    await approve(id);
  });

  it('is approved once, by one of two at the same time', async () => {
    const ada = await ownerWith(emailAddress);
    const { id } = await ask(ada, { phoneNumber });

    const results = await Promise.allSettled([approve(id), approve(id)]);

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await stored(ada)).toMatchObject({
      phone_number: { country_code: '+91', phone_number: '9999999999' },
      phone_number_proved: true,
    });
    await expect(approve(id)).rejects.toThrow(AccountContactRequestNotFoundError);
  });

  it('waits for seven days, and can be taken back or refused', async () => {
    const ada = await ownerWith(emailAddress);
    const { id: first } = await ask(ada, { emailAddress: newAddress });
    await reject(first, one);
    await expect(approve(first)).rejects.toThrow(AccountContactRequestNotFoundError);
    const { id: second } = await ask(ada, { emailAddress: newAddress });
    const { id: third } = await ask(ada, { phoneNumber });
    await expect(reject(second)).rejects.toThrow(AccountContactRequestNotFoundError);
    expect((await list()).items.map(({ id }) => id)).toEqual([third]);
    app.clock.advance(7 * DAY);

    await expect(approve(third)).rejects.toThrow(AccountContactRequestNotFoundError);
    await expect(approve('malformed')).rejects.toThrow(AccountContactRequestNotFoundError);
    expect((await list()).items).toEqual([]);
  });

  it('is taken back by who asked for it, and by nobody else', async () => {
    const ada = await ownerWith(emailAddress);
    const { id: requestId } = await ask(ada, { emailAddress: newAddress });
    const withdraw = (as: OperationContext) =>
      app.accounts.support.withdrawContactChange({ requestId }, as);

    await expect(withdraw(other)).rejects.toThrow(AccountContactRequestNotFoundError);
    await withdraw(one);

    await expect(withdraw(one)).rejects.toThrow(AccountContactRequestNotFoundError);
    await expect(approve(requestId)).rejects.toThrow(AccountContactRequestNotFoundError);
  });

  it('is refused for what is no contact, and for an account that is gone', async () => {
    const ada = await ownerWith(emailAddress);

    await expect(ask(ada, { emailAddress: 'none' })).rejects.toThrow(AccountBadRequestError);
    await expect(
      ask(ada, { phoneNumber: { countryCode: '+91', phoneNumber: '1' } }),
    ).rejects.toThrow(OtpRequestFailedError);
    await expect(ask({ id: '64b000000000000000000001' }, { phoneNumber })).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
    const { id } = await ask(ada, { phoneNumber });
    await app.accounts.deletion.deleteAccount({ accountId: ada.id }, one);
    await expect(approve(id)).rejects.toThrow(AccountWithIdNotFoundError);
    expect((await list()).items.map((each) => each.id)).toEqual([id]);
  });

  it('does not take a contact that another account has proved', async () => {
    const ada = await ownerWith(emailAddress);
    const eve = await ownerWith(newAddress);
    await approve((await ask(eve, { phoneNumber })).id);

    const { id } = await ask(ada, { emailAddress: newAddress });
    await expect(approve(id)).rejects.toThrow(AccountWithEmailExistsError);
    const { id: byPhone } = await ask(ada, { phoneNumber });
    await expect(approve(byPhone)).rejects.toThrow(AccountWithPhoneNumberExistsError);
    expect(await stored(ada)).toMatchObject({ email: emailAddress, phone_number: null });
  });

  it('works for a disabled account, which stays disabled', async () => {
    const ada = await ownerWith(emailAddress);
    await app.accounts.support.disableAccount({ accountId: ada.id }, one);

    await approve((await ask(ada, { emailAddress: newAddress })).id);

    expect(await stored(ada)).toMatchObject({ email: newAddress, disabled_at: expect.any(Date) });
  });

  it('is listed newest first, page by page, and shown with its account', async () => {
    const owners = [await ownerWith('1@example.com'), await ownerWith('2@example.com')];
    const ids: string[] = [];
    for (const owner of owners) {
      ids.push((await ask(owner, { phoneNumber })).id);
    }

    const first = await list({ limit: 1 });
    const second = await list({ limit: 1, cursor: first.nextCursor });

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.nextCursor).toBeNull();
    expect(first.items).toMatchObject([
      {
        accountId: owners[1]!.id,
        email: null,
        phoneNumber,
        requestedBy: { type: 'worker', id: 'one' },
      },
    ]);
    await expect(list({ cursor: 'x' })).rejects.toThrow(AccountBadRequestError);
    const whole = await app.accounts.support.getAccountWhole({ accountId: owners[0]!.id }, other);
    expect(whole.contactRequests).toMatchObject([{ id: ids[0] }]);
  });

  it('is exported, and erased with its account', async () => {
    const ada = await ownerWith(emailAddress);
    await ask(ada, { emailAddress: newAddress });

    const exported = await app.accounts.exportAccount({ accountId: ada.id }, one);
    const pages = await collect(exported.others['contact_requests']!);
    await exported.end();

    expect(pages.flat()).toMatchObject([{ new_contact: { email: newAddress } }]);
    await app.accounts.deletion.deleteAccount({ accountId: ada.id }, one);
    app.clock.advance(31 * DAY);
    await app.accounts.deletion.eraseAccount({ accountId: ada.id }, one);
    expect(await app.collection('account_contact_requests').countDocuments()).toBe(0);
  });

  it('leaves no contact in the audit log', async () => {
    const ada = await ownerWith(emailAddress);
    const { id } = await ask(ada, { emailAddress: 'secret@example.com' });

    const about = { resourceType: 'account_contact_requests', resourceId: id };
    const { items } = await app.audit.findRecordsByResource(about, one);

    expect(items).toMatchObject([{ action: 'create', actorId: 'one' }]);
    expect(JSON.stringify(items)).not.toContain('secret@example.com');
  });
});
