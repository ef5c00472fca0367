import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { anonymous, ownerOf } from '../services.ts';
import { createApp, type TestApp } from './app.ts';
import { contactsOf } from './contacts-of.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let app: TestApp;
const { clear, deliver, ownerWith, request, change, remove } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(async () => {
  await clear();
  await app.collection('audit_log').deleteMany({});
});
afterAll(async () => {
  await app.close();
});

async function codes(): Promise<readonly unknown[]> {
  const mailed = await app.collection('email_codes').find().toArray();
  const texted = await app.collection('otps').find().toArray();
  return [...mailed, ...texted].map(({ email, phone_number: number }) =>
    String(email ?? number.phone_number),
  );
}

it('erases the codes of a contact that the account had only between a change and the one back', async () => {
  const owner = await ownerWith('ada@example.com');
  await change(owner, { email: 'eve@example.com' });
  await deliver();
  const ofEve = { emailAddress: 'eve@example.com' };
  await app.authentication.emailCodes.requestEmailCode(ofEve, anonymous);
  await change(owner, { email: 'ada@example.com' });
  const { id: accountId } = owner;
  await app.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

  await app.accounts.deletion.eraseAccount({ accountId }, anonymous);

  expect(await codes()).toEqual([]);
});

it('erases the codes of former contacts and of those asked for, although it is killed', async () => {
  const emailAddress = 'ada@example.com';
  await app.authentication.emailCodes.requestEmailCode({ emailAddress }, anonymous);
  const owner = await ownerWith(emailAddress);
  await change(owner, '9999999991');
  await change(owner, { email: 'lovelace@example.com' });
  await change(owner, '9999999992');
  for (const body of [{ email: 'replaced@example.com' }, { email: 'grace@example.com' }]) {
    await request(owner, body);
    await deliver();
  }
  app.clock.advance(2 * MINUTE);
  await request(owner, {
    phone_number: { country_code: '+91', phone_number: '9999999993' },
  });
  const ofGrace = { emailAddress: 'grace@example.com' };
  await app.authentication.emailCodes.requestEmailCode(ofGrace, anonymous);
  expect(new Set(await codes()).size).toBe(7);
  const { id: accountId } = owner;
  await app.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
  const erase = () => app.accounts.deletion.eraseAccount({ accountId }, anonymous);
  const { emailCodes } = app.authentication;
  vi.spyOn(emailCodes, 'deleteEmailCodes')
    .mockResolvedValueOnce()
    .mockRejectedValueOnce(new Error('killed'));
  await expect(erase()).rejects.toThrow('killed');

  await erase();

  // Somebody else asked for a code to log in by an address that the account never proved.
  expect(await codes()).toEqual(['grace@example.com']);
  expect(await app.collection('account_contact_changes').countDocuments()).toBe(0);
});

/** Failures at these names, with their digests. */
async function fail(...names: readonly string[]): Promise<void> {
  const event = { resourceType: 'accounts', resourceId: '', action: 'authn_login_fail' } as const;
  const events = names.map((name) => ({
    ...event,
    subjectDigest: name.includes('@')
      ? app.throttle.digestName({ name })
      : app.throttle.digestPhoneNumber({ phoneNumber: { countryCode: '+91', phoneNumber: name } }),
    changes: { name: { old: null, new: name } },
  }));
  app.clock.advance(1_000);
  await app.audit.record(events, anonymous);
  app.clock.advance(1_000);
}

/** At which names the failures are that still have a digest. */
async function failures(): Promise<readonly string[]> {
  const filter = { action: 'authn_login_fail', subject_digest: { $exists: true } };
  const found = await app.collection('audit_log').find(filter).toArray();
  return found.map(({ changes }) => String(changes.name.new)).sort();
}

async function deleteAccount({ id: accountId }: { readonly id: string }): Promise<void> {
  await app.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
}

async function erase({ id: accountId }: { readonly id: string }): Promise<void> {
  await app.accounts.deletion.eraseAccount({ accountId }, anonymous);
}

it('takes the digests of former contacts off, although it is killed', async () => {
  const owner = await ownerWith('ada@example.com');
  await change(owner, '9999999991');
  await change(owner, { email: 'lovelace@example.com' });
  await change(owner, '9999999992');
  await remove(owner, 'phone-number');
  await fail('ada@example.com', '9999999991', 'lovelace@example.com', '9999999992');
  await fail('eve@example.com');
  // What MongoDB does when nobody can undo them any more.
  await app.collection('account_contact_changes').deleteMany({});
  await deleteAccount(owner);
  const pseudonymize = app.audit.pseudonymizeActor.bind(app.audit);
  vi.spyOn(app.audit, 'pseudonymizeActor').mockImplementationOnce(async (...parameters) => {
    await pseudonymize(...parameters);
    throw new Error('killed');
  });
  await expect(erase(owner)).rejects.toThrow('killed');
  // Counted in the memory of another process until now.
  const at = app.clock.now();
  const late = await app
    .collection('audit_log')
    .findOne({ resource_id: '' }, { projection: { _id: 0 } });
  const digest = app.throttle.digestName({ name: 'ada@example.com' });
  const counted = { counted_since: late!['timestamp'], timestamp: at, subject_digest: digest };
  await app.collection('audit_log').insertOne({ ...late, ...counted });

  await erase(owner);
  await app.jobs.runDispatched();

  expect(await failures()).toEqual(['eve@example.com']);
});

it.each([
  ['as it is', 'victim@example.com'],
  ['spelled otherwise', 'VICTIM@example.com'],
])(
  'leaves the failures at an address of another account whose username it was, %s',
  async (_how, username) => {
    await ownerWith('victim@example.com');
    app.clock.advance(1);
    const eve = await app.createOwner(username, 'analytical engine');
    await fail('victim@example.com');
    await deleteAccount(eve);

    await erase(eve);

    expect(await failures()).toEqual(['victim@example.com']);
  },
);

it('takes the digests of a proved address off that another account has for a username', async () => {
  await app.createOwner('ada@example.com', 'analytical engine');
  const owner = await ownerWith('lovelace@example.com');
  await change(owner, { email: 'ada@example.com' });
  await fail('ada@example.com');
  await deleteAccount(owner);

  await erase(owner);

  expect(await failures()).toEqual([]);
});

it('takes the digests of a name off that another account has only had since', async () => {
  const owner = await ownerWith('ada@example.com');
  await fail('ada@example.com');
  await deleteAccount(owner);
  app.clock.advance(8 * DAY);
  await ownerWith('ada@example.com');
  await fail('ada@example.com');

  await erase(owner);

  expect(await failures()).toEqual(['ada@example.com']);
});
