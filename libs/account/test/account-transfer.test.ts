import { bcryptVerifier, defineAccountFields, type ImportedBatch } from '@org/account';
import { OperationContext, ServiceUnavailableError } from '@org/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Type from 'typebox';

import { ada, anonymous, createServices, type TestServices } from './services.ts';

const operator = OperationContext.create({
  actor: { type: 'worker', id: 'org-admin' },
  requestId: 'import-1',
});
const BCRYPT = '$2b$10$AjUu2FGVWVhn0yJHJCDsSuY9iTLQWj/EofiCLN3VxE3nVcb5.jqte';
const id = '64b00000000000000000000a';
const fields = defineAccountFields({
  company: { schema: Type.String({ maxLength: 20 }), optional: true },
  plan: { schema: Type.String(), default: 'free', write: 'operator', read: 'operator' },
});
const premium = { phone_number: '+19002345678', phone_number_verified: true };
const named = (username: string) => ({ username, hashed_password: BCRYPT });
const grace = {
  id,
  username: 'grace',
  first_name: 'Grace',
  last_name: 'Hopper',
  email: 'grace@example.com',
  email_verified: true,
  phone_number: '+919999999999',
  phone_number_verified: true,
  hashed_password: BCRYPT,
  created_at: '2020-01-01T00:00:00.000Z',
  disabled_at: '2021-01-01T00:00:00.000Z',
  company: 'Navy',
  plan: 'paid',
};
let services: TestServices;
let other: TestServices;

beforeAll(async () => {
  services = await createServices({ fields });
  other = await createServices({ fields });
});
beforeEach(async () => {
  for (const { collection } of [services, other]) {
    await collection('accounts').deleteMany({});
    await collection('account_identities').deleteMany({});
    await collection('audit_log').deleteMany({});
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await services.throwaway.remove();
  await other.throwaway.remove();
});

type Line = object | string | Uint8Array;

async function* linesOf(lines: readonly Line[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) {
    const text = typeof line === 'string' ? line : JSON.stringify(line);
    yield line instanceof Uint8Array ? line : Buffer.from(text);
  }
}

async function importLines(lines: readonly Line[], isDryRun = false, into = services) {
  const total = { lines: 0, created: 0, present: 0, refused: [] as ImportedBatch['refused'] };
  const given = { lines: linesOf(lines), isDryRun };
  for await (const batch of into.accounts.transfer.importAccounts(given, operator)) {
    total.lines += batch.lines;
    total.created += batch.created;
    total.present += batch.present;
    total.refused = [...total.refused, ...batch.refused];
  }
  return total;
}

async function exportLines(withHashes: boolean, from = services) {
  const lines: object[] = [];
  const pages = from.accounts.transfer.exportAccounts({ withHashes }, operator);
  for await (const page of pages) {
    lines.push(...page);
  }
  return lines;
}

const countAccounts = () => services.collection('accounts').countDocuments();
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    username: `user-${index}`,
    email: `user-${index}@example.com`,
    email_verified: true,
  }));

describe('importAccounts', () => {
  it('stores an account as its line says, found and logged in to by all its names', async () => {
    const enabled = { ...grace, disabled_at: null };
    expect(await importLines([enabled])).toEqual({ lines: 1, created: 1, present: 0, refused: [] });

    const { accounts } = services;
    expect(await accounts.getAccountById({ id }, anonymous)).toMatchObject({
      ...{ id, username: 'grace', firstName: 'Grace', lastName: 'Hopper' },
      ...{ email: 'grace@example.com', emailVerified: true, phoneNumberVerified: true },
      ...{ company: 'Navy', plan: 'paid', createdAt: new Date(grace.created_at) },
    });
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    expect(await accounts.findAccountByPhoneNumber({ phoneNumber }, anonymous)).toMatchObject({
      id,
    });
    vi.spyOn(bcryptVerifier, 'verify').mockResolvedValue(true);
    const login = { emailAddress: grace.email, password: 'cobol compiler' };
    expect(await accounts.getAccountByEmailAndPassword(login, anonymous)).toMatchObject({ id });
  });

  it('audits each creation as others, without the hash', async () => {
    await importLines([grace, named('b')]);

    const records = await services.collection('audit_log').find().toArray();
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({
      ...{ resource_type: 'accounts', resource_id: id, action: 'create' },
      ...{ actor_type: 'worker', actor_id: 'org-admin', request_id: 'import-1' },
      changes: { username: { old: null, new: 'grace' } },
    });
    expect(JSON.stringify(records)).not.toContain(BCRYPT);
  });

  it('stores a batch and its records in one transaction', async () => {
    const record = vi.spyOn(services.audit, 'record').mockRejectedValue(new Error('full'));

    await expect(importLines(numbered(3))).rejects.toThrow('full');

    expect(record).toHaveBeenCalledOnce();
    expect(await countAccounts()).toBe(0);
    expect(await services.collection('account_identities').countDocuments()).toBe(0);
  });

  it('tries a batch again for as long as its caller waits for the database', async () => {
    const unavailable = new ServiceUnavailableError();
    const transaction = vi.spyOn(services.throwaway.database, 'withTransaction');
    transaction.mockRejectedValueOnce(unavailable).mockRejectedValueOnce(unavailable);
    const beforeRetry = vi.fn(async () => undefined);
    const importOne = async () => {
      const given = { lines: linesOf([grace]), beforeRetry };
      const { value } = await services.accounts.transfer.importAccounts(given, operator).next();
      return value;
    };

    expect(await importOne()).toMatchObject({ created: 1, present: 0 });
    expect(beforeRetry.mock.calls).toEqual([[unavailable], [unavailable]]);

    vi.spyOn(services.audit, 'record').mockRejectedValue(new Error('full'));
    await services.collection('accounts').deleteMany({});
    await services.collection('account_identities').deleteMany({});
    await expect(importOne()).rejects.toThrow('full');
    expect(beforeRetry).toHaveBeenCalledTimes(2);
  });

  it('goes on where it was interrupted: nothing twice, nothing missing', async () => {
    const lines = numbered(2_500);
    const transfer = services.accounts.transfer;
    for await (const { created } of transfer.importAccounts({ lines: linesOf(lines) }, operator)) {
      expect(created).toBe(2_000);
      break;
    }
    expect(await countAccounts()).toBe(2_000);

    expect(await importLines(lines)).toMatchObject({ created: 500, present: 2_000, refused: [] });
    expect(await importLines(lines)).toMatchObject({ created: 0, present: 2_500, refused: [] });
    expect(await countAccounts()).toBe(2_500);
    expect(await services.collection('account_identities').countDocuments()).toBe(5_000);
    expect(await services.collection('audit_log').countDocuments({ action: 'create' })).toBe(2_500);
  });

  it('recognises an account with an id after its owner has logged in, and no other', async () => {
    await importLines([grace]);
    await services.collection('accounts').updateOne({}, { $set: { hashed_password: 'newer' } });

    expect(await importLines([grace])).toMatchObject({ present: 1, refused: [] });
    expect(await importLines([{ ...grace, first_name: 'Eve' }])).toMatchObject({
      created: 0,
      refused: [{ line: 1, code: 'id-taken' }],
    });
    expect(await services.collection('accounts').findOne()).toMatchObject({ first_name: 'Grace' });
  });

  it('refuses an id whose account is deleted', async () => {
    await importLines([grace]);
    await services.accounts.deletion.deleteAccount({ accountId: id }, anonymous);

    expect(await importLines([grace])).toMatchObject({ refused: [{ code: 'id-taken' }] });
  });

  it.each([
    [named('ADA'), 'its username is that of another account'],
    [{ email: 'ADA@example.com', email_verified: true }, 'its email is that of another account'],
    [
      { phone_number: '+91 99999 99998', phone_number_verified: true },
      'its phone_number is that of another account',
    ],
  ])('refuses the taken name in %j, and goes on', async (line, reason) => {
    await importLines([
      { username: 'ada', email: 'ada@example.com', email_verified: true },
      { phone_number: '+919999999998', phone_number_verified: true },
    ]);

    expect(await importLines([line, named('next')])).toMatchObject({
      created: 1,
      refused: [{ line: 1, code: 'name-taken', reason }],
    });
  });

  it('refuses the second line with a name, in a batch as in a dry run over several', async () => {
    const lines = [...numbered(2_000), named('USER-0'), named('c'), named('C')];
    const expected = {
      ...{ lines: 2_003, created: 2_001, present: 0 },
      refused: [
        { line: 2_001, code: 'name-taken' },
        { line: 2_003, code: 'name-taken' },
      ],
    };

    expect(await importLines(lines, true)).toMatchObject(expected);
    expect(await countAccounts()).toBe(0);
    expect(await services.collection('audit_log').countDocuments()).toBe(0);
    expect(await importLines(lines)).toMatchObject(expected);
  });

  it('refuses one line where somebody signs up with its name meanwhile', async () => {
    const withTransaction = services.throwaway.database.withTransaction.bind(
      services.throwaway.database,
    );
    vi.spyOn(services.throwaway.database, 'withTransaction').mockImplementationOnce(
      async (context, work) => {
        await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
        return withTransaction(context, work);
      },
    );

    expect(await importLines([named('b'), named('Ada'), grace])).toMatchObject({
      created: 2,
      refused: [{ line: 2, code: 'name-taken' }],
    });
  });

  it('respects names that only the unique indexes of an earlier version protect', async () => {
    const mixed = await createServices({ isMixed: true });
    await mixed.accounts.createAccountByUsernameAndPassword(ada, anonymous);
    await mixed.collection('account_identities').deleteMany({});

    expect(await importLines([named('b'), named('Ada')], false, mixed)).toMatchObject({
      created: 1,
      refused: [{ line: 2, code: 'name-taken' }],
    });
    await mixed.throwaway.remove();
  });

  it.each([
    ['not JSON', '{"username":', 'not-json', 'is not a JSON object'],
    ['no object', '["a"]', 'not-json', 'is not a JSON object'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not-utf-8', 'is not UTF-8'],
    ['too long', 'x'.repeat(1024 * 1024 + 1), 'too-long', 'has more than 1048576 bytes'],
    ['an unknown field', { username: 'a', secret: 'x' }, 'unknown-field', /than id, .* plan$/],
    ['a prototype', '{"username":"a","__proto__":{}}', 'unknown-field', /other than/],
    ['a password', { username: 'a', password: 'secret' }, 'plain-password', /hashed_password/],
    ['an unknown hash', { username: 'a', hashed_password: 'secret' }, 'invalid-field', /format/],
    ['a wrong type', { username: 5 }, 'invalid-field', 'username must be a string'],
    ['no name', { first_name: 'A' }, 'no-login', /"email_verified": true/],
    [
      'an unproved address',
      { email: 'secret@example.com', hashed_password: BCRYPT },
      'no-login',
      /./,
    ],
    ['no password', { username: 'secret', email: 'secret@example.com' }, 'no-login', /./],
    ['a hash alone', { hashed_password: BCRYPT }, 'no-login', /./],
    ['a premium number', { ...premium, hashed_password: BCRYPT }, 'no-login', /premium-rate/],
    ['no mails', { ...premium, username: 'secret@example.com' }, 'no-login', /./],
    ['no address', { email: 'secret' }, 'invalid-field', 'email must be an e-mail address'],
    ['no number', { phone_number: 'secret', phone_number_verified: true }, 'invalid-field', /num/],
    ['an unproved number', { phone_number: '+919999999999' }, 'invalid-field', /_verified must/],
    ['no id', { id: 'secret', username: 'a' }, 'invalid-field', /hexadecimal/],
    ['no time', { username: 'a', created_at: '2020' }, 'invalid-field', /must be a time/],
    ['no day', { username: 'a', created_at: '2020-13-01T00:00:00Z' }, 'invalid-field', /a time/],
    ['30 Feb.', { username: 'a', created_at: '2020-02-30T00:00:00Z' }, 'invalid-field', /a time/],
    ['the future', { username: 'a', disabled_at: '2999-01-01T00:00:00Z' }, 'invalid-field', /fut/],
    ['a long name', { username: 'a', first_name: 'x'.repeat(300) }, 'invalid-field', /256/],
    ['a declared field', { username: 'a', company: 'x'.repeat(21) }, 'invalid-field', /company/],
    ['a null', { username: 'a', plan: null }, 'invalid-field', /plan/],
    ['an invisible name', { username: 'a\u200b' }, 'invalid-field', /invisible/],
  ] as const)('refuses %s by its line, and goes on', async (_, line, code, reason) => {
    const expected = {
      ...{ lines: 4, created: 1, present: 0 },
      refused: [{ line: 2, code, reason: expect.stringMatching(reason) }],
    };

    expect(await importLines(['', line, named('next'), ''], true)).toEqual(expected);
    const imported = await importLines(['', line, named('next'), '']);

    expect(imported).toEqual(expected);
    expect(JSON.stringify(imported)).not.toContain('secret');
  });

  it.each([
    { username: 'a@example.com' },
    { email: 'a@example.com', email_verified: true },
    { phone_number: '+919999999999', phone_number_verified: true },
    { ...named('a'), email: 'a@example.com', ...premium },
  ])('takes %j, by which its owner gets in', async (line) => {
    expect(await importLines([line])).toMatchObject({ created: 1, refused: [] });
  });

  it('takes a byte order mark and line breaks of Windows, which change nothing', async () => {
    const json = JSON.stringify(named('a'));

    expect(
      await importLines([`\ufeff${json}\r`, '{"username":"b@example.com"}\r', '\r']),
    ).toMatchObject({
      created: 2,
      refused: [],
    });
    expect(await importLines([json])).toMatchObject({ present: 1 });
  });

  it('reads no more lines than it stores at a time', async () => {
    let read = 0;
    async function* counted() {
      for await (const line of linesOf(numbered(4_001))) {
        read += 1;
        yield line;
      }
    }

    const batches = services.accounts.transfer.importAccounts({ lines: counted() }, operator);
    expect((await batches.next()).value).toMatchObject({ lines: 2_000 });

    expect(read).toBe(2_000);
    await batches.return();
  });

  it('publishes nothing and sends nothing', async () => {
    await importLines([{ ...grace, disabled_at: null }]);

    expect(await services.collection('deliveries').countDocuments()).toBe(0);
  });
});

describe('exportAccounts', () => {
  it('writes what an import reads: an export of the import is the same', async () => {
    await importLines([grace, ...numbered(501), { ...named('z'), email: 'z@example.com' }]);
    await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const exported = await exportLines(true);
    expect(exported).toHaveLength(504);
    expect(exported).toContainEqual(grace);

    expect(await importLines(exported, false, other)).toMatchObject({ created: 504, refused: [] });

    expect(await exportLines(true, other)).toEqual(exported);
    const identities = (of: TestServices) =>
      of.collection('account_identities').find({}, { projection: { _id: 1, account_id: 1 } });
    expect(await identities(other).sort({ _id: 1 }).toArray()).toEqual(
      await identities(services).sort({ _id: 1 }).toArray(),
    );
  });

  it('has hashes only if asked, and neither deleted accounts nor unproved numbers', async () => {
    await importLines([grace, named('b')]);
    const { id: deleted } = await services.accounts.getAccountByUsername(named('b'), anonymous);
    await services.accounts.deletion.deleteAccount({ accountId: deleted }, anonymous);
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999998' };
    await services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

    // What is undefined is not there.
    expect(await exportLines(false)).toEqual([{ ...grace, hashed_password: undefined }]);
    expect(JSON.stringify(await exportLines(false))).not.toContain('hashed_password');
  });

  it('leaves out a malformed account, and audits what it reads', async () => {
    await importLines([grace]);
    const accounts = services.collection('accounts');
    const document = await accounts.findOne();
    await accounts.insertOne(
      { ...document, _id: undefined, username: 'x', phone_number: 5 } as object,
      { bypassDocumentValidation: true },
    );

    expect(await exportLines(false)).toMatchObject([{ id }]);
    const reads = services.collection('audit_log').find({ action: 'read' });
    expect(await reads.toArray()).toMatchObject([{ resource_id: id }]);
  });
});
