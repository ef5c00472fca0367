import { AccountWithIdNotFoundError } from '@org/account';
import { LoginService } from '@org/authentication';
import { collect } from '@org/core/testing';
import * as argon2 from 'argon2';
import { ObjectId, type Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  anonymous,
  createServices,
  ownerOf,
  ada as person,
  type TestServices,
} from './services.ts';

vi.mock('argon2', { spy: true });

const ada = { ...person, username: 'ada@example.com' };
const origin = { userAgent: 'test', ip: '192.0.2.1' };
let services: TestServices;
let accountId: string;

beforeEach(async () => {
  services = await createServices();
  const account = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
  accountId = account.id;
});
afterEach(async () => {
  await services.throwaway.remove();
});

/** Copies a document of the collection, with other fields. */
async function insertMalformed(collection: string, fields: Document): Promise<Document> {
  const documents = services.collection<Document>(collection);
  const good = await documents.findOne({});
  const malformed = { ...good, _id: new ObjectId(), ...fields };
  await documents.insertOne(malformed, { bypassDocumentValidation: true });
  return malformed;
}

async function spoil(collection: string, fields: Document): Promise<void> {
  await services
    .collection<Document>(collection)
    .updateMany({}, { $set: fields }, { bypassDocumentValidation: true });
}

async function readAll(lists: Readonly<Record<string, unknown>>): Promise<Document> {
  const read = await Promise.all(
    Object.entries(lists).map(async ([name, list]): Promise<[string, unknown]> => {
      const isList = typeof list === 'object' && list !== null && Symbol.asyncIterator in list;
      return [name, isList ? (await collect(list as AsyncIterable<unknown[]>)).flat() : list];
    }),
  );
  return Object.fromEntries(read);
}

describe('a malformed document among good ones', () => {
  beforeEach(async () => {
    await services.authentication.createAccessToken({ accountId, ...origin }, ownerOf(accountId));
    await services.notification.sendEmailForAccount(
      { accountId, emailAddress: 'ada@example.com', topic: 'announcement', data: news },
      ownerOf(accountId),
    );
    await services.jobs.run('account.password-reset-request', { username: ada.username });
  });
  const news = { title: 'News', text: 'Read it.' };

  it.each<[string, Document]>([
    ['sessions', { user_agent: 7 }],
    ['sessions', { created_at: 'today' }],
    ['sessions', { last_used_at: null }],
    ['sessions', { _id: 'odd' }],
    ['password_reset_tokens', { is_used: 'no', token_hash: 'other' }],
    ['notification_deliveries', { topic: null }],
    ['notification_deliveries', { created_at: 1 }],
    ['audit_log', { changes: 'all of it' }],
    ['audit_log', { changes: { first_name: 'Ada' } }],
    ['audit_log', { timestamp: 'now' }],
    ['audit_log', { action: null, actor_type: ['account'] }],
  ])(
    'of %s, %o, is in the way of no list, no export, no login and no end',
    async (name, fields) => {
      await insertMalformed(name, { account_id: accountId, actor_id: accountId, ...fields });
      const { accounts, audit, authentication } = services;

      const sessions = await authentication.getSessionsByAccountId({ accountId }, anonymous);
      const page = { actorType: 'account', actorId: accountId, limit: 2 } as const;
      const records = await audit.findRecordsByActor(page, anonymous);
      const {
        authentication: own,
        auditRecords,
        ...exported
      } = await accounts.exportAccount({ accountId }, ownerOf(accountId));
      const login = LoginService.create({ ...services, accounts });
      const credentials = { username: ada.username, password: ada.password };

      expect(sessions.length).toBeGreaterThan(0);
      expect(records.items).toHaveLength(2);
      expect(await readAll(own)).toMatchObject({ sessions: [{}] });
      expect((await collect(auditRecords)).flat()).toHaveLength(2);
      const { notification_deliveries: deliveries } = await readAll(exported.notification);
      expect(deliveries).toHaveLength(2);
      await login.loginByUsernameAndPassword({ ...credentials, ...origin }, anonymous);
      await authentication.endSessionsByAccountId({ accountId }, ownerOf(accountId));
      const left = await services.collection('sessions').countDocuments({
        _id: { $type: 'objectId' },
        revoked_at: null,
      });
      expect(left).toBe(0);
    },
  );

  it('of the deliveries becomes a dead letter, and the next is sent', async () => {
    const before = services.outbox.emails.length;
    const { _id } = await insertMalformed('notification_deliveries', {
      priority: 0,
      payload: 'x',
      expires_at: new Date(services.clock.now().getTime() + 60_000),
    });
    await insertMalformed('notification_deliveries', { priority: 0, attempts: 'none' });

    await services.notification.deliverDueMessages();

    expect(services.outbox.emails.length).toBeGreaterThan(before);
    expect(await services.collection('notification_deliveries').findOne({ _id })).toMatchObject({
      status: 'dead',
      last_error: expect.stringContaining('payload') as string,
    });
  });
});

describe('malformed preferences', () => {
  it('are missing, and replaced by the next change', async () => {
    await spoil('account_notification_preferences', { email_enabled: 'yes', created_at: 5 });
    const { accounts } = services;
    const get = () =>
      accounts.getAccountNotificationPreferencesByAccountId({ accountId }, ownerOf(accountId));

    await expect(get()).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_01' });
    await accounts.createOrUpdateAccountNotificationPreferences(
      { accountId, smsEnabled: false },
      ownerOf(accountId),
    );

    expect(await get()).toMatchObject({ emailEnabled: true, pushEnabled: true, smsEnabled: false });
  });
});

describe('a malformed account', () => {
  const SHAPES: readonly [string, Document][] = [
    ['a text for its time', { created_at: 'yesterday' }],
    ['a number for a name', { first_name: 7 }],
    ['a text for its number', { phone_number: '+919876501234' }],
    ['a list for its hash', { hashed_password: ['x'] }],
    ['a text for its epoch', { session_epoch: 'x' }],
  ];

  it.each(SHAPES)('with %s is unknown, after the same work', async (_what, fields) => {
    await spoil('accounts', fields);
    const { accounts, authentication } = services;
    const login = LoginService.create({ ...services, accounts });
    const { username, password } = ada;
    vi.mocked(argon2.verify).mockClear();

    const attempt = login.loginByUsernameAndPassword({ username, password, ...origin }, anonymous);
    await expect(attempt).rejects.toMatchObject({ code: 'ACCOUNT_ERR_03', httpStatus: 401 });
    expect(argon2.verify).toHaveBeenCalledTimes(1);
    const get = accounts.getAccountById({ id: accountId }, ownerOf(accountId));
    await expect(get).rejects.toThrow(AccountWithIdNotFoundError);
    const remove = accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    await expect(remove).rejects.toThrow(AccountWithIdNotFoundError);
    const reset = { accountId, token: 'x', newPassword: 'difference engine' };
    await expect(accounts.resetAccountPassword(reset, anonymous)).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
    await services.jobs.run('account.password-reset-request', { username });
    expect(await authentication.getSessionsByAccountId({ accountId }, anonymous)).toEqual([]);
    expect(await services.collection('accounts').countDocuments({ active: true })).toBe(1);
  });

  it.each([...SHAPES, ['a text for its version', { identity_version: 'x' }]] as const)(
    'with %s is not let in by its address, in one transaction',
    async (_what, fields) => {
      const { accounts } = services;
      const proof = { emailAddress: ada.username };
      await accounts.admitProvedEmail(proof, anonymous);
      await spoil('accounts', fields);
      services.commands.length = 0;

      const attempt = accounts.admitProvedEmail(proof, anonymous);

      await expect(attempt).rejects.toMatchObject({ code: 'ACCOUNT_ERR_06', httpStatus: 409 });
      const ends = services.commands.filter((name) => name === 'abortTransaction');
      expect(ends.length).toBeLessThanOrEqual(1);
      expect(await services.collection('accounts').countDocuments()).toBe(1);
    },
  );

  it.each([
    ['of 4 GiB', '$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQxMjM$aGFzaGhhc2hoYXNoaGFzaGhhc2g'],
    ['of bcrypt cost 99', '$2b$99$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'],
  ])('with a hash %s is told to the operator, and serves on', async (_what, hashed_password) => {
    await spoil('accounts', { hashed_password });
    const { accounts, warned } = services;
    const { username, password } = ada;

    const login = accounts.getAccountByUsernameAndPassword({ username, password }, anonymous);
    await expect(login).rejects.toMatchObject({ code: 'ACCOUNT_ERR_03' });
    const change = { accountId, currentPassword: password, newPassword: 'difference engine' };
    await expect(accounts.changeAccountPassword(change, ownerOf(accountId))).rejects.toMatchObject({
      code: 'ACCOUNT_ERR_03',
    });

    expect(warned).toHaveLength(2);
    expect(warned[0]).toContain(accountId);
    expect(warned[0]).not.toContain(hashed_password);
  });

  it('whose id is text cannot be logged in to, as if the password were wrong', async () => {
    const { accounts } = services;
    await insertMalformed('accounts', { _id: accountId, username: 'grace' });
    const credentials = { username: 'grace', password: ada.password };

    const login = accounts.getAccountByUsernameAndPassword(credentials, anonymous);

    await expect(login).rejects.toMatchObject({ code: 'ACCOUNT_ERR_03' });
  });
});
